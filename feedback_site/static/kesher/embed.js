/* For other sites: puts a survey where this script stands, in a frame as high as its page. Needs nothing else. */
(function () {
  "use strict";
  var here = document.currentScript;
  var address = here && here.getAttribute("data-survey");
  if (!address) return;
  var frame = document.createElement("iframe");
  frame.src = address;
  frame.title = here.getAttribute("data-title") || "Survey";
  frame.loading = "lazy";
  frame.style.cssText = "width:100%;height:640px;border:0";
  here.parentNode.insertBefore(frame, here.nextSibling);
  window.addEventListener("message", function (event) {
    if (event.source !== frame.contentWindow || event.origin !== new URL(address).origin) return;
    var height = event.data && Number(event.data.kesherHeight);
    if (height > 100 && height < 20000) frame.style.height = Math.ceil(height) + "px";
  });
})();
