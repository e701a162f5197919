/* The mails beside the form follow what is typed; without this script the buttons below them do the same. */
document.addEventListener("DOMContentLoaded", function () {
  "use strict";
  var form = document.querySelector("form[data-previewed]");
  if (!form) return;
  var buttons = Array.from(document.querySelectorAll("button[data-preview-mail]")), waiting = [];
  form.addEventListener("change", function () {
    waiting.forEach(window.clearTimeout);
    // One after the other: a form that is sent again before its first answer begins would be sent once only.
    waiting = buttons.map(function (button, place) {
      return window.setTimeout(function () { form.requestSubmit(button); }, 200 + 300 * place);
    });
  });
  form.addEventListener("submit", function (event) {
    if (buttons.indexOf(event.submitter) >= 0) document.querySelectorAll("[data-unsaved]").forEach(function (el) { el.hidden = false; });
  });
});
