// Draws the list of days as a calendar (FullCalendar). The list stays what is true: everything drawn is read from it,
// a click presses its buttons, and a drag opens the same forms that its links open.

const planner = document.querySelector("[data-planner]");
const mount = document.getElementById("drawn");
const opener = document.getElementById("opener");
const toggle = planner.querySelector("[data-as-list]");
const wide = matchMedia("(min-width: 62rem)");
const LOOK = "calendar-as-list";
const weekday = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone: "UTC" });
const list = () => document.getElementById("agenda");
const inWeek = () => list().dataset.view === "week";
let calendar;

/** What stands in the list, as FullCalendar wants it. */
function events() {
  return [...list().querySelectorAll("[data-date]")].flatMap((day) =>
    [...day.querySelectorAll("[data-event]")].map((element) => event(day, element)).filter(Boolean),
  );
}

function event(day, element) {
  const { event: kind, from, to, status, tone, state } = element.dataset;
  const words = (element.querySelector("[data-title]") ?? element).textContent.trim().replace(/\s+/g, " ");
  const base = { id: `${kind}-${element.id || from || day.id}`, title: words, classNames: [`is-${kind}`], extendedProps: { event: kind, from, label: element.ariaLabel } };
  const whole = { ...base, start: day.dataset.date, allDay: true };
  const timed = { ...base, start: from, end: to };
  switch (kind) {
    case "session":
      return { ...timed, url: element.querySelector("a").href, classNames: ["is-session", `tone-${tone}`, `status-${status}`] };
    case "name":
    case "city":
      return { ...whole, classNames: [`is-${kind}`, `kind-${day.dataset.kind}`] };
    case "hours":
    case "extra":
      if (inWeek()) return { ...timed, title: "", display: "background" };
      return day.classList.contains("past") ? null : whole;
    case "free":
      return inWeek() ? null : whole;
    case "cell":
      return { ...timed, title: element.textContent.trim(), classNames: ["is-cell", `is-${state}`] };
    default:
      return null;
  }
}

function open(address, told = {}) {
  opener.href = `${address}?${new URLSearchParams(told)}`;
  opener.click();
}

const dayBefore = (date) => new Date(date.getTime() - 86_400_000).toISOString().slice(0, 10);
const clock = (date) => date.toISOString().slice(11, 16);
const openDay = (date) => open(mount.dataset.days + date);

function pressed({ event: { extendedProps, startStr, allDay }, jsEvent }) {
  const { event: kind, from } = extendedProps;
  // By its time: the element that was drawn may stand for another slot by now.
  if (kind === "cell") list().querySelector(`[data-event="cell"][data-from="${from}"]`)?.click();
  else if (allDay) openDay(startStr.slice(0, 10));
  else return;
  jsEvent.preventDefault();
}

function dragged({ start, end, startStr, allDay }) {
  const last = dayBefore(end);
  calendar.unselect();
  if (!allDay) open(mount.dataset.stretch, { on: startStr.slice(0, 10), starts: clock(start), ends: clock(end) });
  else if (last === startStr && !inWeek()) openDay(startStr);
  else open(mount.dataset.off, { first: startStr, last });
}

/** From an hour before the first thing to an hour after the last, and a usual day at least. */
function dayLength() {
  const timed = [...list().querySelectorAll("[data-from]")];
  const hours = timed.map(({ dataset }) => [Number(dataset.from.slice(11, 13)), Math.ceil((Date.parse(`${dataset.to}Z`) - Date.parse(`${dataset.from.slice(0, 10)}T00:00Z`)) / 3_600_000)]);
  const first = Math.min(8, ...hours.map(([from]) => from - 1));
  const last = Math.max(19, ...hours.map(([, to]) => to + 1));
  const words = (hour) => `${String(Math.max(0, Math.min(24, hour))).padStart(2, "0")}:00:00`;
  return { slotMinTime: words(first), slotMaxTime: words(last) };
}

function draw() {
  calendar = new window.FullCalendar.Calendar(mount, {
    ...dayLength(),
    initialView: inWeek() ? "timeGridWeek" : "dayGridMonth",
    initialDate: mount.dataset.first,
    now: () => `${list().dataset.now}Z`,
    timeZone: "UTC", // what the list says are wall clocks already
    locale: document.documentElement.lang,
    firstDay: 1,
    fixedWeekCount: false,
    headerToolbar: false,
    height: "auto",
    expandRows: true,
    nowIndicator: true,
    selectable: true,
    selectMirror: true,
    navLinks: true,
    navLinkDayClick: (date) => openDay(date.toISOString().slice(0, 10)),
    slotDuration: "00:30:00",
    slotLabelInterval: "01:00",
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    dayHeaderContent: ({ date }) => `${weekday.format(date)}${inWeek() ? ` ${date.getUTCDate()}` : ""}`,
    allDayContent: mount.dataset.allDay,
    eventOrder: "allDay,start",
    displayEventEnd: false,
    slotEventOverlap: false,
    events: (_range, done) => done(events()),
    eventClick: pressed,
    select: dragged,
    eventDidMount: ({ el, event: { extendedProps } }) => {
      if (extendedProps.label) el.setAttribute("aria-label", extendedProps.label);
    },
  });
  calendar.render();
}

/** Drawn where there is room (the style sheet says where) and nobody has asked for the list. */
function show() {
  const listed = localStorage.getItem(LOOK) === "yes";
  planner.classList.toggle("is-listed", listed);
  toggle.setAttribute("aria-pressed", listed);
  if (wide.matches && !listed && !calendar) draw();
}

toggle.addEventListener("click", () => {
  localStorage.setItem(LOOK, localStorage.getItem(LOOK) === "yes" ? "" : "yes");
  show();
});
wide.addEventListener("change", show);
new ResizeObserver(() => calendar?.updateSize()).observe(planner);
document.addEventListener("visavis:shown", ({ detail }) => detail.element === "agenda" && calendar?.refetchEvents());
show();
