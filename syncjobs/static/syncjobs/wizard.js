"use strict";
// Lists with search and typed codes, and a slug that follows the name. Every page works without it, from plain lists.
{
  const follow = (target) => {
    const source = document.getElementById(target.dataset.slugOf);
    let touched = Boolean(target.value);
    target.addEventListener("input", () => { touched = true; });
    source.addEventListener("input", () => {
      if (touched) return;
      target.value = source.value.toLowerCase()
        .replaceAll("æ", "ae").replaceAll("ø", "oe").replaceAll("å", "aa")
        .normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 50);
    });
  };

  // a list is named by its question, also while nothing is chosen
  const nameIt = (element, label) => {
    label.id = label.id || `${element.id}-label`;
    const shown = element.nextElementSibling.querySelector(".select2-selection__rendered");
    shown.setAttribute("aria-labelledby", label.id);
    shown.closest(".select2-selection").setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
  };

  const pick = ($, element) => {
    const options = {
      theme: "admin-autocomplete",
      width: "100%",
      allowClear: true,
      placeholder: "–",
      tags: true,
      createTag: (params) => {
        const code = params.term.trim();
        if (!code || (code.includes(" ") && !element.dataset.spaces)) return null;
        return { id: code, text: element.dataset.typed.replace("%s", code), typed: true };
      },
      // what is on the list comes first, the very code at the top; what was typed comes last and says so
      insertTag: (rows, tag) => {
        const same = rows.findIndex((row) => String(row.id).toLowerCase() === tag.id.toLowerCase());
        if (same < 0) rows.push(tag);
        else rows.unshift(...rows.splice(same, 1));
      },
      templateSelection: (row) => (row.typed ? row.id : row.text),
    };
    if (element.dataset.search) {
      options.ajax = {
        url: element.dataset.search,
        dataType: "json",
        delay: 300,
        data: (params) => ({ q: params.term || "" }),
      };
      options.minimumInputLength = 1;
    }
    $(element).select2(options);
    const label = document.querySelector(`label[for="${element.id}"]`);
    if (label) nameIt(element, label);
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-slug-of]").forEach(follow);
    const rail = document.querySelector(".wizard-ways");
    const current = rail && rail.querySelector(".wizard-current");
    if (current) rail.scrollTop = current.offsetTop - rail.clientHeight / 2; // where the rail is short
    const $ = window.django && window.django.jQuery;
    if ($ && $.fn.select2) {
      document.querySelectorAll("select.wizard-pick").forEach((element) => pick($, element));
      // a click on a list leads straight to its search box
      $(document).on("select2:open", () => {
        const box = document.querySelector(".select2-container--open .select2-search__field");
        if (box) box.focus();
      });
    }
  });
}
