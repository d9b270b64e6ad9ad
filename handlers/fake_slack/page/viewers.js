// Lets the viewer of the page be any person of the workspace, each with a role.

import { el, replaceChildren } from "./dom.js";
import { avatar } from "./messages.js";
import { clock, word } from "./words.js";

export function roleOf(user, team) {
  if (user.team_id !== team.id) return word("role_partner", { team: user.team });
  if (user.is_restricted) return word("role_guest");
  return word(user.is_admin ? "role_admin" : "role_member");
}

export class Viewers {
  constructor({ toggle, list, onChoose }) {
    Object.assign(this, { toggle, list, onChoose });
    toggle.addEventListener("click", () => this.open(list.hidden));
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".seen-as")) this.open(false);
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.open(false));
  }

  open(open) {
    this.list.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  show(users, viewerId, team, now) {
    const viewer = users.find((each) => each.id === viewerId);
    this.toggle.setAttribute("aria-label", word("viewing_as"));
    replaceChildren(this.toggle, avatar(viewer, false),
      el("span", { class: "viewer-words" }, el("strong", {}, viewer.real_name), el("small", {}, roleOf(viewer, team))), el("span", { "aria-hidden": "true" }, "▾"));
    replaceChildren(this.list, el("p", { class: "menu-title" }, word("viewing_as")), users.map((each) => {
      const zone = each.tz.split("/").pop().replace("_", " ");
      const choose = () => {
        this.open(false);
        this.onChoose(each.id);
      };
      return el("button", { type: "button", role: "radio", "aria-checked": String(each.id === viewerId), on: { click: choose } },
        avatar(each, false), el("span", { class: "viewer-words" }, el("strong", {}, each.real_name),
          el("small", {}, `${roleOf(each, team)} · ${word("local_time", { clock: clock(now, each.tz), zone })}`)));
    }));
  }
}
