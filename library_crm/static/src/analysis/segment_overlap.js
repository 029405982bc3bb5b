import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Which segments share their patrons: a matrix, the darker the larger the shared part of the line. */
export class LibrarySegmentOverlap extends Component {
    static template = "library_crm.SegmentOverlap";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ table: { head: [], rows: [] } });
        this.display = { controlPanel: {} };
        onWillStart(async () => {
            this.state.table = await this.orm.call("library.segment", "get_overlap", []);
        });
    }

    text(cell) {
        return cell === null ? "–" : String(cell);
    }

    style(row, index) {
        const own = row.cells[this.state.table.rows.indexOf(row)];
        const cell = row.cells[index];
        const share = own && cell ? cell / own : 0;
        return `background-color: rgba(var(--primary-rgb, 113, 75, 103), ${(0.55 * share).toFixed(2)})`;
    }

    open(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "library.segment",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("library_segment_overlap", LibrarySegmentOverlap);
