/* The preview beside the questions: it keeps language, width and page while the survey changes, and on the way to another page and back. */
(function () {
  "use strict";
  var frame, name, chosen = { language: "", width: 390, page: "1" };
  document.addEventListener("draft-changed", function () { if (frame) open(); });
  document.addEventListener("DOMContentLoaded", function () {
    frame = document.querySelector("iframe[data-preview]");
    if (!frame) return;
    name = "preview " + frame.dataset.preview;
    frame.parentNode.hidden = false;
    document.querySelector("[data-preview-widths]").hidden = false;
    var languages = Array.from(document.querySelectorAll("[data-preview-language]"));
    recall();
    if (!languages.some(function (link) { return link.dataset.previewLanguage === chosen.language; }))
      chosen.language = languages.length ? languages[0].dataset.previewLanguage : "";
    languages.forEach(function (link) {
      link.addEventListener("click", function (event) {
        event.preventDefault();
        chosen.language = link.dataset.previewLanguage;
        open();
      });
    });
    document.querySelectorAll("[data-preview-width]").forEach(function (button) {
      button.addEventListener("click", function () {
        chosen.width = Number(button.dataset.previewWidth);
        fit();
      });
    });
    frame.addEventListener("load", follow);
    window.addEventListener("resize", fit);
    open();
  });

  function open() {
    var address = frame.dataset.preview + "?" + new URLSearchParams({ lang: chosen.language, page: chosen.page });
    // Not by `src`, which would add a step to the browser's history.
    try { frame.contentWindow.location.replace(address); } catch (error) { frame.src = address; }
    fit();
  }

  /* Inside the frame too one can go to another page, or to another language. */
  function follow() {
    try {
      var at = new URLSearchParams(frame.contentWindow.location.search);
      if (!at.get("lang")) return;
      chosen.language = at.get("lang");
      chosen.page = at.get("page") || "1";
    } catch (error) { return; }
    fit();
  }

  function fit() {
    var box = frame.parentNode, isPhone = chosen.width < 700;
    document.querySelector(".k-editor-columns").classList.toggle("k-wide", !isPhone);
    var scale = Math.min(1, box.clientWidth / chosen.width), height = isPhone ? 640 : 900 * scale;
    box.style.height = height + "px";
    frame.style.width = chosen.width + "px";
    frame.style.height = height / scale + "px";
    frame.style.transform = "scale(" + scale + ")";
    box.classList.toggle("k-narrower", chosen.width < box.clientWidth);
    document.querySelectorAll("[data-preview-width]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.previewWidth) === chosen.width));
      button.classList.toggle("active", Number(button.dataset.previewWidth) === chosen.width);
    });
    document.querySelectorAll("[data-preview-language]").forEach(function (link) {
      link.classList.toggle("active", link.dataset.previewLanguage === chosen.language);
      if (link.dataset.previewLanguage === chosen.language) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    });
    try { window.sessionStorage.setItem(name, JSON.stringify(chosen)); } catch (error) { /* storage is blocked: then it is not kept */ }
  }

  function recall() {
    try { Object.assign(chosen, JSON.parse(window.sessionStorage.getItem(name))); } catch (error) { /* nothing kept */ }
  }
})();
