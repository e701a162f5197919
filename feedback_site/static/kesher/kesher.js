// Small helps for every page; each page works without them.
document.addEventListener("DOMContentLoaded", function () {
  var prepare = function (root) {
    root.querySelectorAll('[data-bs-toggle="popover"]').forEach(function (el) { bootstrap.Popover.getOrCreateInstance(el); });
    root.querySelectorAll('[data-bs-toggle="tooltip"]').forEach(function (el) { bootstrap.Tooltip.getOrCreateInstance(el); });
    // A long form is sent once: the button shows that it was pressed.
    root.querySelectorAll("form[data-once]").forEach(function (form) {
      form.addEventListener("submit", function () {
        form.querySelectorAll("button:not([type=button])").forEach(function (button) {
          window.setTimeout(function () { button.disabled = true; }, 0);
        });
      });
    });
    // A field that narrows a list of boxes to those with what is typed; chosen ones stay in sight.
    root.querySelectorAll("[data-narrows]").forEach(function (frame) {
      var field = frame.querySelector("input"), boxes = document.getElementById(frame.dataset.narrows).querySelectorAll(".form-check");
      frame.hidden = false;
      field.addEventListener("keydown", function (event) { if (event.key === "Enter") event.preventDefault(); });
      field.addEventListener("input", function () {
        var wanted = field.value.trim().toLowerCase();
        boxes.forEach(function (box) { box.hidden = !box.textContent.toLowerCase().includes(wanted) && !box.querySelector(":checked"); });
      });
    });
    // `data-width` instead of a style attribute, which the content security policy forbids.
    root.querySelectorAll("[data-width]").forEach(function (el) { el.style.width = el.dataset.width + "%"; });
  };
  // A table that is wider than its frame can be scrolled by keyboard too.
  var reachable = function () {
    document.querySelectorAll(".table-responsive").forEach(function (el) {
      if (el.scrollWidth <= el.clientWidth || el.tabIndex === 0) return;
      var caption = el.querySelector("caption");
      el.tabIndex = 0;
      el.setAttribute("role", "region");
      if (caption) el.setAttribute("aria-label", caption.textContent);
    });
  };
  prepare(document);
  reachable();
  window.addEventListener("load", reachable);
  window.addEventListener("resize", reachable);
  document.addEventListener("toggle", reachable, true);
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll('[data-bs-toggle="popover"][aria-describedby]').forEach(function (el) { bootstrap.Popover.getOrCreateInstance(el).hide(); });
  });
  document.body.addEventListener("htmx:load", function (event) { prepare(event.detail.elt); reachable(); });
});
