"""What happens in the sample evaluation: how good each unit is, who claims what, what was decided, how files are named.

Everything here is invented; the names of the city, its counties and its people belong to nobody.
"""

from __future__ import annotations

ID = "chengchuan-2026"
TITLE = "澄川市2026年度政府绩效评估"
SEED = 2026
SETTINGS = {
    'id = "songyuan-2026"': f'id = "{ID}"',
    'name = "2026年度政府绩效评估"': f'name = "{TITLE}"',
    'office = "市绩效办"\ncommittee': 'office = "澄川市绩效办"\ncommittee',
    'committee = "市绩效评估委员会"': 'committee = "澄川市绩效评估委员会"',
    'signatory = "市绩效评估委员会"': 'signatory = "澄川市绩效评估委员会"',
    'date = ""                          # 成文日期': 'date = "2027年4月20日"',
    'report_to = ""                     # 评估报告的主送机关；空着的没有版头': 'report_to = "市人民政府"',
    'report_signer = ""                 # 评估报告的签发人': 'report_signer = "陆承安"',
    'copies = ""': 'copies = "市委办公室，市人大常委会办公室，市政协办公室，市委组织部，市财政局"',
    'printed_by = ""': 'printed_by = "澄川市绩效评估委员会办公室"',
    'printed_date = ""': 'printed_date = "2027年4月21日"',
    'telephone = ""': 'telephone = "0438-1234567"',
    'posted_from = ""                   # 公示期': 'posted_from = "2027年4月12日"',
    'posted_until = ""': 'posted_until = "2027年4月18日"',
    'rectify_until = ""                 # 整改期限': 'rectify_until = "2027年9月30日"',
    'bulletin = ""': 'bulletin = "澄绩评〔2027〕3号"',
    'letter = ""': 'letter = "澄绩办函〔2027〕12号"',
    'commendation = ""': 'commendation = "澄绩评〔2027〕5号"',
    'rectification = ""': 'rectification = "澄绩办函〔2027〕70号"',
    'report = ""': 'report = "澄绩评〔2027〕6号"\nforwarding = "澄绩办函〔2027〕131号"',
    'review_group = "评估组"\n': 'review_group = "评估组"\nobserver = "绩效观察员"\n',
    "\n[notice]": """
[[deadline]]
what = "整改方案"                  # 上年度限期整改的，和听证、评审要求改进的
role = "self"
date = 2026-06-12
sheet = "rectification"
[[deadline]]
what = "整改情况"
role = "self"
date = 2026-10-31
sheet = "rectified"
[[deadline]]
what = "意见建议"
role = "observer"
date = 2027-02-28
sheet = "remarks"

[remarks]                          # 哪些角色报意见建议表，意见来源写什么
observer = "绩效观察员"

[notice]""",
}

QUALITY = {
    "X01": 0.95, "X02": 0.93, "X03": 0.89, "X04": 0.87, "X05": 0.84, "X06": 0.80, "X07": 0.74,
    # economy: six composite awards, and more than six that are good enough
    "B01": 0.955, "B02": 0.93, "B03": 0.945, "B04": 0.91, "B05": 0.86, "B06": 0.89, "B07": 0.925, "B08": 0.87,
    "B09": 0.94, "B10": 0.84, "B11": 0.88, "B12": 0.82, "B13": 0.80, "B14": 0.935, "B15": 0.92, "B16": 0.77,
    # social: three places, and two departments that contest the third
    "B17": 0.95, "B18": 0.935, "B19": 0.92, "B20": 0.86, "B21": 0.92, "B22": 0.90, "B23": 0.85, "B24": 0.89,
    "B25": 0.84, "B26": 0.82, "B27": 0.86, "B28": 0.79, "B29": 0.80, "B30": 0.83, "B31": 0.885,
    # market: two places, and one department that is good enough
    "B32": 0.94, "B33": 0.87, "B34": 0.86, "B35": 0.79, "B36": 0.87, "B37": 0.85, "B38": 0.74, "B39": 0.83,
    "B40": 0.84, "B41": 0.81, "B42": 0.86,
}  # fmt: skip

# unit -> the bonuses that it claims: kind, what it did, the documents that it names
CLAIMS = {
    "X01": [("命名表彰", "被命名为国家知识产权强县建设示范区，全省3家。", "澄阳区政府常务会议纪要〔2027〕3号", "")],
    "X04": [
        (
            "自主创新性突出贡献",
            "农村集体经营性建设用地入市改革试点获省改革创新奖。",
            "青泽县政府常务会议纪要〔2027〕5号",
            "",
        )
    ],
    "B06": [
        (
            "自主创新性突出贡献",
            "外贸综合服务“一站通”为全省首创，降低企业通关成本。",
            "市商务局党组会议纪要〔2027〕4号",
            "市政府领导批示单101号",
        ),
        (
            "命名表彰",
            "被省政府命名为全省稳外贸工作先进单位。",
            "市商务局党组会议纪要〔2027〕4号",
            "市政府领导批示单102号",
        ),
        (
            "召开经验现场会",
            "2026年9月全省县域商业体系建设现场会在我市召开。",
            "市商务局党组会议纪要〔2027〕4号",
            "市政府领导批示单103号",
        ),
        (
            "工作评比排名靠前",
            "全省商务工作评比第三名。",
            "市商务局党组会议纪要〔2027〕4号",
            "市政府领导批示单104号",
        ),
    ],
    "B15": [
        (
            "经验以文件转发推广",
            "驻点招商经验由省政府办公厅转发。",
            "市投资促进局党组会议纪要〔2027〕2号",
            "市政府领导批示单117号",
        )
    ],
    "B23": [
        (
            "重点指标大幅度增长",
            "国内旅游收入比上年增长31%，增幅全省第二。",
            "市文化广电和旅游局党组会议纪要〔2027〕6号",
            "市政府领导批示单109号",
        )
    ],
    "B31": [
        (
            "经验以文件转发推广",
            "公共数据归集经验由省政府办公厅转发。",
            "市政务服务和数据管理局党组会议纪要〔2027〕1号",
            "市政府领导批示单122号",
        )
    ],
}
# the committee's meeting on them, and what is filled in in its book: unit, kind -> decision, points, reason
CLAIMS_DECIDED = ("澄绩评〔2027〕1号", "2027-04-02")
GRANTED = {
    ("X01", "命名表彰"): ("同意", "1", "获国家级命名表彰"),
    ("X04", "自主创新性突出贡献"): ("同意", "1", "农村改革试点获省改革创新奖"),
    ("B06", "自主创新性突出贡献"): ("同意", "1", "外贸综合改革自主创新"),
    ("B06", "命名表彰"): ("同意", "1", "获省级命名表彰"),
    ("B06", "召开经验现场会"): ("同意", "1", "全省县域商业体系建设现场会在我市召开"),
    ("B06", "工作评比排名靠前"): ("同意", "0.5", "全省商务工作评比前三名"),
    ("B15", "经验以文件转发推广"): ("同意", "0.5", "驻点招商经验由省政府办公厅转发"),
    ("B23", "重点指标大幅度增长"): (
        "不同意",
        "",
        "增幅主要来自上年低基数，不能认定为本部门工作实绩",
    ),
    ("B31", "经验以文件转发推广"): ("同意", "0.5", "数据归集经验由省政府办公厅转发"),
}

# kind, document, date, reason, unit, evaluator, new value
DECISIONS = [
    (
        "一票否决",
        "澄绩评〔2027〕2号",
        "2027-04-08",
        "重大失误造成重大损失或影响（在建桥梁坍塌责任事件）",
        "市交通运输局",
        "",
        "",
    ),
    ("免报", "澄绩办〔2027〕9号", "2027-03-10", "全年在中央党校学习，不参加打分", "", "陶志远（副秘书长）", ""),
]
TIE = ("澄绩评〔2027〕4号", "2027-04-12", "总分、重点工作目标和民主评估均相同，委员会票决")

# units that the loose ends need: exact totals, and ties
EXACT = {"X06": "79.6", "X03": "half", "B24": "half"}
CHAIN_TIE = ("B02", "B07")  # same published total, parted by the priority goals
DECIDED_TIE = ("B19", "B21")  # equal in everything that the rules compare, at the edge of the composite award
SHARED_TIE = ("B36", "B34")  # equal in everything, and no award hangs on it: they share the place
UNVISITED = ("B29",)

# goals: whose figures are verified, which departments declared theirs on sheets (the others on paper), what came as
# proof with the reports: two of the papers that are named there did not come
VERIFIED = ("市统计局", "市财政局")
DECLARED_ON_SHEETS = "market"
ATTACHED = {
    "B03-1": "附件1：2026年财政决算（草案）",
    "B03-4": "附件2",
    "B03-5": "附件3：直达资金监控系统截图",
    "B07-2": "高标准农田验收报告.pdf",
    "B10-1": "附件1、附件2：竣工验收备案表",
    "B20-1": "养老服务中心名单及照片.pdf",
    "B33-4": "附件2 避灾安置点清单",
    "X01-2": "附件4：临港产业园竣工验收备案表",
}
ATTACHMENTS = (
    "市财政局/附件1 2026年财政决算（草案）.pdf",
    "市财政局/附件2-绩效评价报告汇总.pdf",
    "市农业农村局/高标准农田验收报告.pdf",
    "市商务局/市商务局党组会议纪要〔2027〕4号.pdf",
    "市商务局/市政府领导批示单101号.pdf",
    "市应急管理局/应急预案汇编.pdf",
    "市应急管理局/应急演练记录及照片.pdf",
    "市住房和城乡建设局/附件1、2 竣工验收备案表.pdf",
    "市民政局/养老服务中心名单及照片.pdf",
    "澄阳区/附件4.pdf",
    "澄阳区/澄阳区政府常务会议纪要〔2027〕3号.pdf",
    "听证评审/澄绩评纪〔2026〕11号 听证会纪要.pdf",
    "听证评审/澄绩评纪〔2027〕2号 专家评审意见.pdf",
)

FOLDERS = {
    "self": ("县区", "部门"),
    "functional": "职能部门",
    "office": "绩效办",
    "review_group": "评估组",
    "mayor": "领导",
    "vice_mayor": "领导",
    "deputy": "领导",
}
BALLOT_FOLDERS = {
    "county_bodies": "评价卡/县区四套班子",
    "towns": "评价卡/乡镇街道",
    "citizens": "评价卡/群众",
    "clients": "评价卡/服务对象",
}
ENDINGS = ("", "", "", "（定稿）", "(1)", "（盖章）", " 0325", "-最终版", "_回传")
SHORT = {
    "市发展和改革委员会": "发改委", "市工业和信息化局": "工信局", "市人力资源和社会保障局": "人社局",
    "市住房和城乡建设局": "住建局", "市国有资产监督管理委员会": "国资委", "市文化广电和旅游局": "文旅局",
    "市卫生健康委员会": "卫健委", "市政务服务和数据管理局": "政务数据局", "市城市管理综合执法局": "城管局",
    "市公共资源交易监督管理局": "公共资源局", "市退役军人事务局": "退役军人局",
}  # fmt: skip


def file_name(role: str, class_id: str, name: str, batch: str, number: int) -> str:
    """Where a returned workbook lies under `inbox/`: named as people name their files, never as the tool did."""
    ending = ENDINGS[(7 * number + len(name)) % len(ENDINGS)]
    bare = SHORT.get(name, name.removeprefix("市") if role in ("self", "functional") else name)
    if role == "self":
        if class_id == "counties":
            return f"县区/{name}自评{ending}.xlsx"
        return f"部门/{bare}自我评估{ending}.xlsx"
    if role in ("mayor", "vice_mayor", "deputy"):
        person, post = name.rstrip("）").split("（")
        called = f"{person[0]}{post} 打分表" if post != "副市长" and post != "副秘书长" else f"{person}打分"
        return f"领导/{called}{ending}.xlsx"
    folder = FOLDERS.get(role) or BALLOT_FOLDERS.get(role, "评价卡")
    part = f" 第{batch}批" if batch else ""
    word = {"functional": "共性目标-", "review_group": "", "office": "跟踪评估-"}.get(role, "")
    return f"{folder}/{word}{bare}{part}{ending}.xlsx"
