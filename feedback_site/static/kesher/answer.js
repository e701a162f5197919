/* The respondent's page with a script: each answer is saved as it is given; without a connection it is kept in the
   browser and sent again. Without this file the page does all that matters by its button. */
(function () {
  "use strict";
  var RETRY = 10000, PAUSE = 600, PATIENCE = 8000, LONGEST = 30 * 86400000;
  var form = document.querySelector("form[data-keep]");
  var note = document.getElementById("connection");
  var parts = location.pathname.split("/");
  var survey = "kesher:" + parts.slice(0, 3).join("/"), others = survey + "!";
  var isLink = parts[1] === "s", isBegun = !!parts[3]; // over a link each response gets an address of its own
  tellHeight();
  if (!form) { if (document.querySelector(".done")) copies().forEach(forget); return; }
  var place = survey + "#" + form.elements.page.value; // one copy for each page
  var waiting = null, retrying = null, sending = false, again = false, then = null;
  if (form.dataset.keep === "nothing") return holdWithoutConnection();

  var known = [byName(entries())]; // what the server may have, as far as this page can tell
  var isChosen = /[?&]score=/.test(location.search); // the score of the mail's button is chosen, and not stored yet
  if (isChosen) known.push({});
  if (form.dataset.keep === "shared") { setApart(); sendOthers(); window.addEventListener("online", sendOthers); } else restore();
  form.addEventListener("input", function (event) { soon(event.target.type === "radio" ? 0 : PAUSE); });
  form.addEventListener("submit", function (event) {
    clearTimeout(waiting);
    keep();
    if (sending) { // the page that follows must not come before what is under way
      event.preventDefault();
      then = function () { form.requestSubmit(event.submitter); };
    } else if (isOffline()) {
      event.preventDefault();
      then = function () { form.requestSubmit(event.submitter); }; // goes on as soon as the connection is back
      say("offline");
    }
  });
  window.addEventListener("online", save);

  /* An anonymous survey keeps nothing, here neither: the page only waits with what is written on it. */
  function holdWithoutConnection() {
    form.addEventListener("submit", function (event) {
      if (!isOffline()) return;
      event.preventDefault();
      say("offline");
    });
    window.addEventListener("online", function () { say(""); });
  }

  function isOffline() { return navigator.onLine === false; }

  function soon(pause) {
    clearTimeout(waiting);
    waiting = setTimeout(save, pause);
  }

  function save() {
    if (sending) { again = true; return; }
    var sent = entries(), arrived = false;
    sending = true;
    mayBeStored(byName(sent)); // it may arrive, and its reply not
    post(form.action, sent)
      .then(function (answer) {
        if (mayPass(answer.status)) throw new Error(String(answer.status));
        arrived = true;
        took(answer, sent);
      })
      .catch(function () {
        keep();
        say("offline");
        clearTimeout(retrying);
        retrying = setTimeout(save, RETRY);
      })
      .then(function () {
        sending = false;
        // Whoever pressed the button meanwhile goes on; where the line only seems to be there, the browser says so.
        if (then && (arrived || !isOffline())) { var go = then; then = null; go(); }
        else if (again) { again = false; save(); }
      });
  }

  /* 204: all is stored. 202: what is right is stored. Anything else is the server's last word: the button shows it. */
  function took(answer, sent) {
    var address = answer.headers.get("X-Kesher-Address");
    if (address) form.action = address;
    if (answer.status === 204) { known = [byName(sent)]; forget(place); say(address ? "saved" : ""); return; }
    keep();
    say(answer.status === 202 ? "" : "refused");
  }

  /* A line that hangs must not hold the button for ever. */
  function post(address, sent) {
    var patience = new AbortController();
    var timer = setTimeout(function () { patience.abort(); }, PATIENCE);
    var options = { method: "POST", body: new URLSearchParams(sent), headers: { "X-Kesher-Save": "1" }, redirect: "manual", signal: patience.signal };
    return fetch(address, options).finally(function () { clearTimeout(timer); });
  }

  function mayBeStored(answers) {
    if (!known.some(function (one) { return JSON.stringify(one) === JSON.stringify(answers); })) known.push(answers);
  }

  function mayPass(status) { return status >= 500 || status === 429; }

  function entries() { return Array.from(new FormData(form)).filter(function (pair) { return typeof pair[1] === "string"; }); }

  function byName(pairs) {
    var found = {};
    pairs.forEach(function (pair) { (found[pair[0]] = found[pair[0]] || []).push(pair[1]); });
    return found;
  }

  /* With the answers: where they belong, and what the server may have had when they were given. */
  function keep() { write(place, { action: form.action, sent: entries(), known: known, at: Date.now() }); }
  function forget(name) { store(function (box) { box.removeItem(name); }); }
  function write(name, what) { store(function (box) { box.setItem(name, JSON.stringify(what)); }); }

  function read(name) {
    var found = null;
    store(function (box) { found = JSON.parse(box.getItem(name) || "null"); });
    return found;
  }

  function kept(name) {
    var found = read(name);
    if (found && Date.now() - found.at > LONGEST) { forget(name); return null; }
    return found;
  }

  /* The names of this survey's copies, of all its pages. */
  function copies() {
    var found = [];
    store(function (box) { found = Object.keys(box).filter(function (name) { return name.indexOf(survey + "#") === 0; }); });
    return found;
  }

  /* At a counter the one before may have left without a connection: those answers are put apart before the next begins,
     sent, and not shown. What was kept of an earlier page of the same person arrived, and led here. */
  function setApart() {
    var left = copies().filter(function (name) { return !isBegun || name === place; }).map(kept).filter(Boolean);
    copies().forEach(forget);
    if (left.length) write(others, (read(others) || []).concat(left));
  }

  function sendOthers() {
    (read(others) || []).forEach(function (one) {
      post(one.action, one.sent).then(function (answer) { if (!mayPass(answer.status)) done(one); }, function () {});
    });
  }

  function done(one) {
    var rest = (read(others) || []).filter(function (other) { return other.at !== one.at; });
    if (rest.length) write(others, rest); else forget(others);
  }

  /* What was kept of this page is put back, and sent. An answer that the server has got since, perhaps from another
     device, is newer than what lies here. */
  function restore() {
    var mine = kept(place);
    if (!mine) return;
    if (document.querySelector("[role=alert]")) { known = mine.known.concat(known); return; } // the form holds what was sent
    var now = byName(entries()), wanted = byName(mine.sent), isNew = isLink && !isBegun;
    if (isNew) { // this browser was not told which response it began, or keeps no cookie: go on in that
      form.action = mine.action;
      if (wanted.opened) form.elements.opened.value = wanted.opened[0];
    }
    Array.from(form.elements).forEach(function (field) {
      if (!field.name || field.type === "hidden" || !(isNew || isUnchanged(mine.known, now, field.name))) return;
      var values = wanted[field.name] || [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.indexOf(field.value) >= 0;
      else if (values.length) field.value = values[0];
    });
    known = mine.known.concat(known);
    if (!isChosen) save(); // opening a link records nothing: whoever is there touches the page first
  }

  function isUnchanged(before, now, name) {
    return before.some(function (one) { return String(one[name] || "") === String(now[name] || ""); });
  }

  function store(use) { try { use(window.localStorage); } catch (error) { /* a browser that keeps nothing */ } }

  function say(what) {
    if (!note) return;
    note.hidden = !what;
    note.className = "notice " + (what === "offline" || what === "refused" ? "error" : "saved");
    note.textContent = what ? note.dataset[what] : "";
    tellHeight();
  }

  /* Within another site's frame: how high the page is. */
  function tellHeight() {
    if (window.parent !== window) window.parent.postMessage({ kesherHeight: document.documentElement.scrollHeight }, "*");
  }
})();
