/* Checks the draft against the rules while it is being written. Without it the button "核对规则" does the same. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-check-url]");
  var result = document.querySelector("[data-check-result]");
  if (!form || !result || !window.fetch || !window.FormData) return;
  var waiting = null;
  var asked = 0;

  function check() {
    var mine = ++asked;
    window.fetch(form.getAttribute("data-check-url"), { method: "POST", body: new FormData(form), credentials: "same-origin" })
      .then(function (response) { return response.ok ? response.text() : null; })
      .then(function (html) { if (html !== null && mine === asked) result.innerHTML = html; })
      .catch(function () { /* the button still works */ });
  }

  form.addEventListener("change", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(check, 300);
  });
})();
