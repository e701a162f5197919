/* The number keys press the buttons that carry them; without this script the buttons do the same. */
document.addEventListener("keydown", function (event) {
  "use strict";
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest("input, select, textarea")) return;
  var button = document.querySelector('#check button[data-key="' + CSS.escape(event.key) + '"]');
  if (button && !button.closest(".htmx-request")) button.click();
});
