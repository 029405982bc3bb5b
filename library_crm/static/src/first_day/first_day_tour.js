import { markup } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const CASE = ".o_library_case_form";
const noWindow = (selector) => ({ trigger: `body:not(:has(.modal)) ${selector}` });
/** A person closes the window that a step opened in whatever way; the pointer never points into it. */
const closeWindow = (window) => ({
    isActive: ["auto"],
    trigger: `.modal:has(${window}) .btn-close`,
    run: "click",
});

/** The first day: a case from looking at it to the dialog that closes it. It changes nothing and mails nobody. */
registry.category("web_tour.tours").add("library_first_day", {
    url: "/odoo/library-cases",
    steps: () => [
        {
            trigger: ".o_library_case_list .o_data_row .o_data_cell[name=name]",
            content: markup(
                _t(
                    "This is your <b>queue</b>: what is yours, and what nobody in your teams has claimed. Open a case; looking claims nothing."
                )
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        { trigger: `${CASE} .o-mail-Chatter .o_library_thread_title` },
        {
            trigger: `${CASE} button[name=action_open_workroom].oe_stat_button`,
            content: markup(
                _t(
                    "Below is the <b>conversation with the patron</b>, and nothing else. What colleagues should know belongs in the <b>workroom</b>: have a look."
                )
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: `body:not(:has(${CASE})) .o_breadcrumb .o_back_button`,
            content: _t("Nothing that is written here has a way to the patron. Now go back to the case."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: `${CASE} button[name=action_restate]`,
            content: markup(
                _t(
                    "First <b>restate the need</b>, in a sentence or two; the patron confirms or corrects it. Look at the window and close it: nothing is sent."
                )
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        closeWindow(".o_form_view"),
        noWindow(`${CASE} button[name=action_answer]`),
        {
            trigger: `${CASE} button[name=action_answer]`,
            content: markup(
                _t(
                    "When you know, <b>answer</b>. Before anything leaves, the window names everybody who will read it. Look at it and close it again."
                )
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        closeWindow(".o_form_view"),
        noWindow(`${CASE} button[name=action_close_dialog]`),
        {
            trigger: `${CASE} button[name=action_close_dialog]`,
            content: markup(
                _t(
                    "At the end <b>close</b> the case: met, partly met, or not met and why. The log is written from what happened. Close only the window; the case stays open."
                )
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        closeWindow(".o_form_view"),
        noWindow(".o_library_desk_systray button"),
        {
            trigger: ".o_library_desk_systray button",
            content: markup(
                _t(
                    "Somebody stands at the desk? <b>Alt+Shift+D</b> from anywhere: a digit for the effort, Enter, noted. Nothing is counted before you save it."
                )
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        closeWindow(".o_library_desk_effort"),
        noWindow(".o_library_insight_systray button"),
        {
            trigger: ".o_library_insight_systray button",
            content: markup(
                _t(
                    "You know something that stands nowhere? <b>Alt+Shift+K</b> keeps it for the colleagues in one line."
                )
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
        closeWindow(".modal-body"),
    ],
});
