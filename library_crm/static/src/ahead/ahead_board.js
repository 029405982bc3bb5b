import { Component, onWillStart, useState } from "@odoo/owl";
import { LibraryGuardedTable } from "@library_crm/analysis/segment_page";
import { FigureMeaning } from "@library_crm/insight/figure_buttons";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { AheadBand, AheadDots } from "./ahead_chart";

/** The week by hour: the darker, the more comes. */
export class AheadHeat extends Component {
    static template = "library_crm.AheadHeat";
    static props = { heat: Object };

    get most() {
        return Math.max(1, ...this.props.heat.rows.flatMap((row) => row.cells.map((cell) => cell.mean || 0)));
    }

    shade(cell) {
        return cell.mean ? `background-color: rgba(var(--info-rgb, 23, 162, 184), ${0.08 + (0.5 * cell.mean) / this.most});` : "";
    }

    hint(cell) {
        if (cell.mean === null) {
            return _t("Fewer than five people, or a figure that would give such a one away");
        }
        return cell.mean ? _t("%(minutes)s minutes of work on average", { minutes: cell.minutes }) : "";
    }
}

/** One screen of what lies ahead: choices, a picture, tables, sentences and what the figures mean. */
export class AheadBoard extends Component {
    static template = "library_crm.AheadBoard";
    static components = { Layout, LibraryGuardedTable, AheadBand, AheadDots, AheadHeat };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.display = { controlPanel: {} };
        this.part = this.props.action.params?.part || "forecast";
        this.chosen = {};
        this.state = useState({ board: null });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.board = await this.orm.call("library.ahead", "board", [this.part, this.chosen]);
    }

    async onChoose(choice, event) {
        this.chosen[choice.name] = choice.options[event.target.selectedIndex][0];
        await this.load();
    }

    onMeaning() {
        this.dialog.add(FigureMeaning, { cards: this.state.board.cards, isGuarded: true });
    }

    get isEmpty() {
        const board = this.state.board;
        return !board.tables.length && !board.heat && !board.chart && !board.rules.length;
    }

    get list() {
        return {
            forecast: ["library_crm.library_forecast_action", _t("All expected months")],
            portfolio: ["library_crm.library_association_action", _t("All rules")],
        }[this.part];
    }

    openList() {
        this.action.doAction(this.list[0]);
    }
}

registry.category("actions").add("library_ahead", AheadBoard);
