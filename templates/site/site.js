// SPDX-License-Identifier: GPL-3.0-or-later
// What pages can do where scripts run: the theme, sorting, and search. Everything is readable without. A classic script: browsers do not
// load modules from files.
(() => {
  const script = document.currentScript;
  const root = script.dataset.root;
  const THEMES = ["system", "light", "dark"];
  const NAMES = { system: "as the system", light: "light", dark: "dark" };
  const MOST_FOUND = 12;

  /** Where storage is forbidden, the choice lasts for the page. */
  function recall() {
    try {
      return localStorage.getItem("loupe-theme");
    } catch {
      return null;
    }
  }

  function remember(theme) {
    try {
      localStorage.setItem("loupe-theme", theme);
    } catch {
      // Nothing is lost but the memory.
    }
  }

  function applyTheme(theme) {
    if (theme === "light" || theme === "dark") {
      document.documentElement.dataset.theme = theme;
    } else {
      delete document.documentElement.dataset.theme;
    }
  }

  // Before anything is shown, so that nothing flashes.
  applyTheme(recall());

  function startTheme() {
    const button = document.querySelector(".theme");
    let theme = THEMES.includes(recall()) ? recall() : "system";
    const tell = () => {
      const text = `Theme: ${NAMES[theme]}`;
      button.querySelector("span").textContent = text;
      button.title = text;
    };
    button.addEventListener("click", () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      remember(theme);
      applyTheme(theme);
      tell();
    });
    tell();
    button.hidden = false;
  }

  const ORDER = ["required", "stub", "fake", "any", "observed"];

  /** Numbers by size, verdicts by what they cost, texts by their letters; what is not known comes last. */
  function keyOf(cell) {
    const text = cell?.textContent.trim() ?? "";
    if (cell?.classList.contains("n")) {
      const number = Number.parseFloat(text.replaceAll(",", "").replace("−", "-"));
      return Number.isNaN(number) ? undefined : number;
    }
    if (cell?.classList.contains("v")) {
      return ORDER.indexOf(text);
    }
    return text === "" || text === "–" ? undefined : text;
  }

  function compare(left, right) {
    if (typeof left === "number" && typeof right === "number") {
      return left - right;
    }
    return String(left).localeCompare(String(right), "en", { numeric: true });
  }

  function sortTable(table, column, direction) {
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
    const known = keyed.filter(({ key }) => key !== undefined);
    const unknown = keyed.filter(({ key }) => key === undefined);
    known.sort((left, right) => direction * compare(left.key, right.key));
    body.append(...[...known, ...unknown].map(({ row }) => row));
  }

  function startSorting() {
    for (const table of document.querySelectorAll("table.sortable")) {
      const heads = [...table.tHead.rows[0].cells];
      for (const [column, head] of heads.entries()) {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
          const first = head.classList.contains("n") ? "descending" : "ascending";
          const second = first === "ascending" ? "descending" : "ascending";
          const order = head.getAttribute("aria-sort") === first ? second : first;
          for (const other of heads) {
            other.removeAttribute("aria-sort");
          }
          head.setAttribute("aria-sort", order);
          sortTable(table, column, order === "ascending" ? 1 : -1);
        });
      }
    }
  }

  let index;

  /** The names are loaded when somebody wants to search: there may be tens of thousands. */
  function loadIndex() {
    index ??= new Promise((done) => {
      const loader = document.createElement("script");
      loader.src = `${root}assets/search-index.js`;
      loader.addEventListener("load", () =>
        done(
          globalThis.loupeIndex.map((group) => ({
            ...group,
            names: group.plain === "" ? [] : group.plain.split("\n"),
          })),
        ),
      );
      loader.addEventListener("error", () => done([]));
      document.head.append(loader);
    });
    return index;
  }

  /** The path of a page whose name is its file's name. Packages are pooled as in a Debian archive. */
  function toPath(place, name) {
    return place === "packages" ? `packages/${/^lib[a-z0-9]|^./.exec(name)[0]}/${name}.html` : `${place}/${name}.html`;
  }

  /** The name itself first, then what begins like it, then what has it anywhere; the shorter first. */
  function rank(name, wanted) {
    const place = name.toLowerCase().indexOf(wanted);
    return place < 0
      ? -1
      : name.length === wanted.length
        ? 0
        : (place === 0 ? 1000 : 2000) + Math.min(999, name.length);
  }

  function find(groups, wanted) {
    const found = [];
    for (const [order, { title, place, names, others }] of groups.entries()) {
      const add = (name, path) => {
        const rankOf = rank(name, wanted);
        if (rankOf >= 0) {
          found.push({ name, title, rank: rankOf, order, path });
        }
      };
      for (const name of names) {
        add(name, undefined);
      }
      for (const [name, path] of others) {
        add(name, path);
      }
      for (const item of found) {
        item.path ??= toPath(place, item.name);
      }
    }
    found.sort(
      (left, right) => left.rank - right.rank || left.order - right.order || (left.name < right.name ? -1 : 1),
    );
    return found;
  }

  function startSearch() {
    const search = document.querySelector(".search");
    const input = search.querySelector("input");
    const list = search.querySelector("ul");
    const status = search.querySelector("[role=status]");
    let shown = [];
    let active = -1;

    const select = (position) => {
      active = position;
      for (const [at, option] of [...list.children].entries()) {
        option.setAttribute("aria-selected", String(at === active));
      }
      if (active < 0) {
        input.removeAttribute("aria-activedescendant");
      } else {
        input.setAttribute("aria-activedescendant", list.children[active].id);
        list.children[active].scrollIntoView({ block: "nearest" });
      }
    };
    const show = (items, total) => {
      shown = items;
      list.replaceChildren(
        ...items.map(({ name, title }, position) => {
          const option = document.createElement("li");
          option.id = `found-${position}`;
          option.setAttribute("role", "option");
          const kind = document.createElement("span");
          kind.textContent = title;
          option.append(name, kind);
          option.addEventListener("mousedown", (event) => event.preventDefault());
          option.addEventListener("click", () => go(position));
          return option;
        }),
      );
      list.hidden = items.length === 0;
      input.setAttribute("aria-expanded", String(items.length > 0));
      status.textContent =
        input.value.trim() === "" ? "" : `${total} found${total > items.length ? `, ${items.length} shown` : ""}`;
      select(items.length > 0 ? 0 : -1);
    };
    const go = (position) => {
      const item = shown[position];
      if (item !== undefined) {
        location.href = root + item.path;
      }
    };
    const update = async () => {
      const wanted = input.value.trim().toLowerCase();
      const groups = await loadIndex();
      if (wanted === input.value.trim().toLowerCase()) {
        const found = wanted === "" ? [] : find(groups, wanted);
        show(found.slice(0, MOST_FOUND), found.length);
      }
    };
    input.addEventListener("focus", loadIndex);
    input.addEventListener("input", update);
    input.addEventListener("blur", () => show([], 0));
    input.addEventListener("keydown", async (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (shown.length > 0) {
          select((active + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length);
        }
      } else if (event.key === "Enter") {
        event.preventDefault();
        // Somebody who types fast is there before the names are.
        const wanted = input.value;
        if (shown.length === 0) {
          await update();
        }
        if (wanted === input.value) {
          go(Math.max(0, active));
        }
      } else if (event.key === "Escape") {
        input.value = "";
        show([], 0);
      }
    });
    document.addEventListener("keydown", (event) => {
      const typing = /^(input|textarea|select)$/i.test(event.target.tagName ?? "");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        input.focus();
      }
    });
    search.hidden = false;
  }

  document.addEventListener("DOMContentLoaded", () => {
    startTheme();
    startSorting();
    startSearch();
  });
})();
