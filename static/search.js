/* Comfort only: "/" leads to the search box, and the box proposes numbers while one types. Without it nothing is lost. */
(function () {
  "use strict";
  var boxes = document.querySelectorAll("input[data-suggest]");
  var main = document.querySelector("main input[data-suggest]") || boxes[0];

  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !main) return;
    var at = document.activeElement;
    if (at && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))) return;
    event.preventDefault();
    main.focus();
    main.select();
  });

  if (!window.fetch || !window.URLSearchParams) return;
  boxes.forEach(function (box, place) {
    var list = document.createElement("datalist");
    var waiting = null;
    var asked = 0;
    list.id = "suggestions-" + place;
    document.body.appendChild(list);
    box.setAttribute("list", list.id);

    function show(rows) {
      list.textContent = "";
      rows.forEach(function (row) {
        var option = document.createElement("option");
        option.value = row.value;
        option.label = row.label;
        list.appendChild(option);
      });
    }

    function ask() {
      var text = box.value.trim();
      var mine = ++asked;
      if (text.length < 2) { show([]); return; }
      window.fetch(box.getAttribute("data-suggest") + "?" + new URLSearchParams({ q: text }), { credentials: "same-origin" })
        .then(function (response) { return response.ok ? response.json() : { suggestions: [] }; })
        .then(function (answer) { if (mine === asked) show(answer.suggestions); })
        .catch(function () { /* the button still works */ });
    }

    box.addEventListener("input", function (event) {
      // Whoever has just taken a proposal needs no other.
      if (event.isComposing || event.inputType === "insertReplacementText") return;
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, 300);
    });
    box.addEventListener("compositionend", function () {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(ask, 300);
    });
  });
})();
