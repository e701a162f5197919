/* The editor of a survey: the focus after each change, dragging, and what is typed is not lost. Everything works without it too. */
(function () {
  "use strict";
  var putBack = null;
  document.addEventListener("DOMContentLoaded", arrange);
  document.addEventListener("htmx:load", function (event) {
    arrange();
    var part = event.detail.elt, first = part.querySelector("[autofocus], .k-in-place input:not([type=hidden]), .k-in-place textarea");
    if (part.matches(".k-in-place") && !first) first = part.querySelector("input:not([type=hidden]), textarea, select");
    if (part.matches("[autofocus]")) first = part;
    if (first) first.focus();
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var answer = event.detail;
    // A whole page comes where the login has ended.
    if (/^\s*<!doctype/i.test(answer.serverResponse)) answer.shouldSwap = false, failed();
    else if (answer.xhr.status === 422 || answer.xhr.status === 409) answer.shouldSwap = true, answer.isError = false;
    // What dragging leaves in style attributes, htmx would copy, and the content security policy would complain.
    document.querySelectorAll("#editor [style]").forEach(function (el) { el.removeAttribute("style"); });
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) { document.addEventListener(name, failed); });
  document.addEventListener("draft-changed", function (event) {
    var said = document.getElementById("editor-said"), wanted = event.detail.focus;
    if (said) said.textContent = event.detail.said || "";
    putBack = null;
    document.getElementById("editor-failed").hidden = true;
    // The button that moved a question to the end of the list is disabled there: then the question itself; without it, the list.
    var focus = wanted && (document.querySelector(wanted) || document.querySelector(wanted.split(" ")[0]));
    (focus || document.getElementById("questions")).focus();
  });

  /* What is typed and not saved: a request that would replace it asks first, and so does leaving the page. */
  document.addEventListener("htmx:confirm", function (event) {
    var own = event.detail.elt.closest(".k-in-place");
    if (!unsaved(own ? document : event.detail.target, own)) return;
    event.preventDefault();
    if (goOn()) event.detail.issueRequest(true);
  });
  window.addEventListener("beforeunload", function (event) { if (unsaved(document)) event.preventDefault(); });

  function unsaved(part, own) {
    return Array.from(document.querySelectorAll(".k-in-place")).some(function (form) {
      return form !== own && part.contains(form) && (form.querySelector("[role=alert]") || Array.from(form.elements).some(isChanged));
    });
  }

  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) return field.selectedIndex !== Math.max(0, Array.from(field.options).findIndex(function (option) { return option.defaultSelected; }));
    return "defaultValue" in field && field.value !== field.defaultValue;
  }

  function goOn() { return window.confirm(document.getElementById("editor-failed").dataset.unsaved); }

  function failed() {
    var told = document.getElementById("editor-failed");
    if (putBack) putBack();
    putBack = null;
    if (!told) return;
    told.hidden = false;
    told.focus();
  }

  function arrange() {
    var list = document.querySelector("[data-sortable][data-move]");
    if (!list || list.dataset.ready || !window.Sortable) return;
    list.dataset.ready = "yes";
    list.querySelectorAll("[data-grip]").forEach(function (grip) { grip.hidden = false; });
    window.Sortable.create(list, {
      handle: "[data-grip]",
      draggable: "[data-question]",
      animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      onEnd: function (event) {
        if (event.oldDraggableIndex === event.newDraggableIndex) return;
        putBack = function () {
          event.item.remove();
          list.insertBefore(event.item, list.querySelectorAll("[data-question]")[event.oldDraggableIndex] || null);
        };
        if (unsaved(document) && !goOn()) return putBack();
        htmx.ajax("POST", list.dataset.move.replace("/0/", "/" + event.item.dataset.question + "/"), {
          target: "#editor",
          values: { place: event.newDraggableIndex + 1, version: list.dataset.version, seen: list.dataset.seen },
        });
      },
    });
  }
})();
