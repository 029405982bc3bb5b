import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { tourState } from "@web_tour/js/tour_state";

const TOUR = "library_first_day";

/** The tour of the first day stands in the user's own menu; while it runs, the same place ends it. */
function firstDayItem(env) {
    const isRunning = tourState.getCurrentTour() === TOUR;
    return {
        type: "item",
        id: TOUR,
        description: isRunning ? _t("End the tour of the first day") : _t("Show me around: the first day"),
        callback: async () => {
            if (isRunning) {
                tourState.clear();
                await env.services.orm.call("web_tour.tour", "consume", [TOUR]);
                browser.location.reload();
            } else {
                await env.services.tour_service.startTour(TOUR, {
                    mode: "manual",
                    rainbowManMessage: _t("That was the first day. The rest comes with the cases."),
                });
            }
        },
        hide: !session.library_is_librarian,
        sequence: 15,
    };
}

registry.category("user_menuitems").add("library_first_day", firstDayItem);
