import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { cardLines } from "@library_crm/evaluation/evaluation_board";

/** What a cell says that is about too few people, or beside which such a cell could be worked out. */
export const NOT_SHOWN = _t("not shown");

/** The definitions of the figures on screen, one below the other. */
export class FigureMeaning extends Component {
    static template = "library_crm.FigureMeaning";
    static components = { Dialog };
    static props = { close: Function, cards: Array, sample: { type: String, optional: true }, isGuarded: Boolean };

    get title() {
        return _t("What these figures mean");
    }

    lines(card) {
        return cardLines(card);
    }
}

/** The two buttons beside the measures: what the figures mean, and keep them. */
export class FigureButtons extends Component {
    static template = "library_crm.FigureButtons";
    static props = { resModel: String, measures: Array, getFigure: Function };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.action = useService("action");
    }

    async onMeaning() {
        const { resModel, measures, getFigure } = this.props;
        const told = await this.orm.call("library.figure.card", "report_cards", [
            resModel,
            measures,
            getFigure().domain,
        ]);
        const { cards, sample, is_guarded: isGuarded } = told;
        this.dialog.add(FigureMeaning, { cards, sample, isGuarded });
    }

    async onSave() {
        const action = await this.orm.call("library.saved.report", "action_save_figure", [
            this.props.resModel,
            this.props.getFigure(),
        ]);
        this.action.doAction(action);
    }
}
