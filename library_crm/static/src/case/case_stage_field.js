import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { StatusBarField, statusBarField } from "@web/views/fields/statusbar/statusbar_field";

/** The path of a case; its last stop is reached only by the dialog that asks how the service ended. */
export class LibraryCaseStageField extends StatusBarField {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.actionService = useService("action");
    }

    async selectItem(item) {
        const { record } = this.props;
        const [stage] = await this.orm.read("library.case.stage", [item.value], ["code"]);
        if (stage.code !== "closed") {
            return super.selectItem(item);
        }
        if (await record.save()) {
            await this.actionService.doActionButton({
                type: "object",
                name: "action_close_dialog",
                resModel: record.resModel,
                resId: record.resId,
                context: record.context,
                onClose: () => record.load(),
            });
        }
    }
}

registry.category("fields").add("library_case_stage", {
    ...statusBarField,
    component: LibraryCaseStageField,
    supportedTypes: ["many2one"],
    additionalClasses: ["o_field_statusbar"],
});
