// Draws every [data-chart] from the Vega-Lite specification in the JSON beside it, in the colours of the page.
(function () {
  "use strict";
  var drawn = [];

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // Specifications name CSS variables ("var(--k-accent)"); a canvas or an SVG attribute needs the colour itself.
  function coloured(value) {
    if (typeof value === "string") {
      var match = value.match(/^var\((--[\w-]+)\)$/);
      return match ? colour(match[1]) : value;
    }
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(function (pair) { return [pair[0], coloured(pair[1])]; }));
    }
    return value;
  }

  function theme() {
    var text = colour("--bs-body-color"), muted = colour("--k-muted"), line = colour("--k-line");
    return {
      background: "transparent",
      font: "Heebo",
      view: { stroke: "transparent" },
      axis: { labelColor: muted, titleColor: muted, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 11, titleFontSize: 11.5, titleFontWeight: 500 },
      legend: { labelColor: text, titleColor: text, labelFontSize: 12, symbolOpacity: 1 },
      numberFormat: ",~f",
    };
  }

  function draw(place) {
    var source = document.getElementById(place.dataset.chart);
    if (!source || typeof vegaEmbed === "undefined") return;
    var specification = coloured(JSON.parse(source.textContent));
    specification.config = theme();
    var options = {
      ast: true, actions: false, defaultStyle: false, renderer: "svg",
      loader: { target: "_self" },
      tooltip: { disableDefaultStyle: true },
    };
    vegaEmbed(place, specification, options).then(function (result) {
      drawn.push({ place: place, view: result.view });
    }).catch(function (error) { place.textContent = place.dataset.failed || ""; console.error(error); });
  }

  function all(root) {
    root.querySelectorAll("[data-chart]").forEach(draw);
  }

  function again() {
    var places = drawn.map(function (one) { one.view.finalize(); return one.place; });
    drawn = [];
    places.filter(function (place) { return document.contains(place); }).forEach(draw);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var start = function () { all(document); };
    if (document.fonts && document.fonts.load) document.fonts.load("12px Heebo").then(start, start); else start();
    document.body.addEventListener("htmx:afterSettle", function (event) { all(event.detail.elt); });
    document.body.addEventListener("htmx:historyRestore", function () { all(document); });
    new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  });
})();
