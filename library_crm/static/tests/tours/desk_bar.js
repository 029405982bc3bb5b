import { registry } from "@web/core/registry";

const levelIs = (level) => ({
    trigger: `.o_library_desk_bar button[data-level="${level}"][aria-checked="true"]`,
});
// a page that is still loading closes every dialog when it is there
const pageIsThere = { trigger: ".o_action_manager .o_list_view" };
const isGone = { trigger: "body:not(:has(.o_library_desk_bar))" };
const isNoted = { trigger: ".o_notification_manager .o_notification:contains(Noted)" };

/** A READ 2 question without a name, by three keys. */
registry.category("web_tour.tours").add("library_desk_bar_quick", {
    steps: () => [
        pageIsThere,
        { trigger: ".o_library_desk_systray", run: "press Alt+Shift+D" },
        { trigger: ".o_library_desk_effort:focus", run: "press 2" },
        { ...levelIs("2"), run: "press Enter" },
        isGone,
        isNoted,
    ],
});

/** A question that is not finished at the desk: kind by letter, a note, a patron by typing, and it goes on as a case. */
registry.category("web_tour.tours").add("library_desk_bar_case", {
    steps: () => [
        pageIsThere,
        { trigger: ".o_library_desk_systray button", run: "click" },
        { trigger: ".o_library_desk_effort:focus", run: "press 4" },
        { ...levelIs("4"), run: "press i" },
        { trigger: ".o_library_desk_bar select[name=kind]:has(option[value=instruction])" },
        { trigger: ".o_library_desk_note", run: "edit How do I read a chart of 1840?" },
        { trigger: ".o_library_desk_patron input", run: "edit Amara" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Amara Obi)", run: "click" },
        { trigger: ".o_library_desk_bar .badge:contains(Amara Obi)" },
        { trigger: ".o_library_desk_bar select[name=outcome]", run: "select open" },
        { trigger: ".o_library_desk_save", run: "click" },
        isGone,
        { trigger: ".o_notification_manager .o_notification button:contains(To the case)", run: "click" },
        { trigger: ".o_library_case_form .o_field_widget[name=patron_id]" },
        // the thread of a case is for the patron's eyes: no composer stands there
        { trigger: ".o-mail-Chatter .o_library_thread_title" },
        { trigger: ".o-mail-Chatter:not(:has(.o-mail-Chatter-sendMessage)):not(:has(.o-mail-Chatter-logNote))" },
    ],
});

/** Closing by the path of the case opens the dialog; the case stays open when it is cancelled. */
registry.category("web_tour.tours").add("library_case_close_by_stage", {
    steps: () => [
        { trigger: ".o_library_case_form .o_field_library_case_stage .o_arrow_button_current" },
        { trigger: ".o_field_library_case_stage .o_arrow_button:contains(Closed)", run: "click" },
        { trigger: ".modal .o_field_widget[name=resolution]" },
        { trigger: ".modal footer button[special=cancel]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_library_case_form button[name=action_close_dialog]" },
    ],
});
