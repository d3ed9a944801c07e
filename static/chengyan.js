/* Comfort only; every page works without this file. */
(function () {
  "use strict";

  // Print buttons make sense only where a script can answer them.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // Whoever cannot see the page hears first what has to be corrected.
  var summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // What belongs to a choice unfolds with it: the period of a measure, the particulars of a new person.
  document.addEventListener("change", function (event) {
    if (!event.target.checked || !event.target.id) return;
    var fields = document.querySelector('[data-opens-with~="' + event.target.id + '"]');
    if (fields) fields.open = true;
  });

  // A second click while the first is under way does nothing; the server refuses it as well.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.getAttribute("method") !== "post") return;
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    form.setAttribute("aria-busy", "true");
    window.setTimeout(function () { form.removeAttribute("aria-busy"); }, 5000);   // a download leaves the page open
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll('form[aria-busy="true"]').forEach(function (form) { form.removeAttribute("aria-busy"); });
  });
})();
