import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** How full each table is, what is due, who is away, which skills hang on one person. One call a look. */
export class TeamBoard extends Component {
    static template = "library_crm.TeamBoard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ figures: null });
        this.display = { controlPanel: {} };
        onWillStart(() => this.load(this.props.action.context?.team_id || false));
    }

    async load(teamId) {
        this.state.figures = await this.orm.call("library.team.board", "figures", [teamId]);
    }

    /** Width of a bar: a full table fills it, whatever lies beyond is told by the colour. */
    width(member) {
        return `width: ${Math.min(member.percent ?? (member.minutes ? 100 : 0), 100)}%`;
    }

    tone(member) {
        if (member.percent === null) {
            return "bg-secondary";
        }
        return member.percent > 100 ? "bg-danger" : member.percent > 80 ? "bg-warning" : "bg-success";
    }

    openCases(name, filters, domain = []) {
        const teams = this.state.figures.shown
            ? [this.state.figures.shown]
            : this.state.figures.teams.map((team) => team.id);
        this.action.doAction(
            {
                type: "ir.actions.act_window",
                name,
                res_model: "library.case",
                views: [[false, "list"], [false, "form"]],
                domain: [["team_id", "in", teams], ["stage_code", "!=", "closed"], ...domain],
                context: filters,
            }
        );
    }

    openAll() {
        this.openCases(_t("Open cases"), {});
    }

    openWaiting(whom) {
        this.openCases(_t("Open cases"), {}, [["waits_for", "=", whom]]);
    }

    openUnclaimed() {
        this.openCases(_t("Unclaimed"), {}, [["user_id", "=", false]]);
    }

    openOverdue() {
        this.openCases(_t("Overdue"), {}, [["is_overdue", "=", true]]);
    }

    openMember(member) {
        this.openCases(member.name, {}, [["user_id", "=", member.user_id], ["team_id", "=", member.team_id]]);
    }

    openCase(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "library.case",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    async rebalance() {
        const [teamId] = this.state.figures.can_rebalance;
        const action = await this.orm.call("library.team", "action_rebalance", [[teamId]]);
        this.action.doAction(action, { onClose: () => this.load(this.state.figures.shown) });
    }
}

registry.category("actions").add("library_team_board", TeamBoard);
