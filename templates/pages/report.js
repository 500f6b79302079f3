"use strict";
(function () {
  // the section that a link leads to is unfolded, with all that it stands in
  function show(key) {
    var target = key ? document.getElementById(key) : null;
    for (var each = target; each; each = each.parentElement) {
      if (each.tagName === "DETAILS") { each.open = true; }
    }
    if (target) { target.scrollIntoView(); }
  }
  function here() { show(location.hash.slice(1)); }
  window.addEventListener("hashchange", here);
  here();

  // units whose names have what is typed, as links
  var find = document.querySelector(".find"), box = find.querySelector("input"), found = find.querySelector("ul");
  var units = Array.from(document.querySelectorAll("details.unit"), function (each) {
    return { name: each.querySelector("h3").firstChild.data, key: each.querySelector("section").id };
  });
  function link(unit) {
    var item = document.createElement("li"), anchor = document.createElement("a");
    anchor.href = "#" + unit.key;
    anchor.textContent = unit.name;
    anchor.addEventListener("click", function () { show(unit.key); });
    item.appendChild(anchor);
    return item;
  }
  box.addEventListener("input", function () {
    var wanted = box.value.trim();
    var fitting = wanted ? units.filter(function (unit) { return unit.name.includes(wanted); }) : [];
    found.replaceChildren.apply(found, fitting.slice(0, 8).map(link));
  });
  box.addEventListener("keydown", function (event) {
    var first = found.querySelector("a");
    if (event.key === "Enter") { if (first) { first.click(); } }
  });
  find.hidden = false;
})();
