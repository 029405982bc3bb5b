import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** An envelope where the patron wrote and nobody has looked yet; nothing otherwise. */
export class LibraryNewsField extends Component {
    static template = "library_crm.NewsField";
    static props = { ...standardFieldProps };

    get hasNews() {
        return this.props.record.data[this.props.name];
    }
}

registry.category("fields").add("library_news", {
    component: LibraryNewsField,
    displayName: _t("News"),
    supportedTypes: ["boolean"],
});
