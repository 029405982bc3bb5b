import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { getHtmlFieldMetadata, setHtmlFieldMetadata } from "@html_editor/fields/html_field";
import { HistoryDialog } from "@html_editor/components/history_dialog/history_dialog";

const FIELD = "body";

/** Button that opens the earlier versions of an article's text: what changed, by whom, and back to it. */
export class ArticleHistory extends Component {
    static template = "library_crm.ArticleHistory";
    static props = { ...standardWidgetProps };

    setup() {
        this.dialog = useService("dialog");
    }

    get versions() {
        return this.props.record.data.html_field_history_metadata?.[FIELD] || [];
    }

    open() {
        const record = this.props.record;
        this.dialog.add(HistoryDialog, {
            title: _t("Earlier versions of the text"),
            recordId: record.resId,
            recordModel: record.resModel,
            versionedFieldName: FIELD,
            historyMetadata: this.versions,
            restoreRequested: (html, close) =>
                this.dialog.add(ConfirmationDialog, {
                    title: _t("Bring this version back?"),
                    body: _t("It replaces the text as it is now; what you have not saved is lost."),
                    confirmLabel: _t("Bring back"),
                    confirm: () => {
                        const metadata = getHtmlFieldMetadata(record.data[FIELD]);
                        record.update({ [FIELD]: setHtmlFieldMetadata(html, metadata) });
                        close();
                    },
                    cancel: () => {},
                }),
        });
    }
}

registry.category("view_widgets").add("library_article_history", {
    component: ArticleHistory,
    fieldDependencies: [{ name: "html_field_history_metadata", type: "jsonb" }],
});
