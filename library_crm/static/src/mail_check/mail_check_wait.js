import { Component, onMounted, onWillUnmount, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const LOOK_AGAIN_MS = 4000;

/** Shows each step of a mail test as it is ticked off: the mails come back while somebody waits for them. */
export class MailCheckWait extends Component {
    static template = xml`<i class="fa fa-circle-o-notch fa-spin ms-2" role="presentation"/>`;
    static props = { ...standardWidgetProps };

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.lookAgain(), LOOK_AGAIN_MS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    async lookAgain() {
        const record = this.props.record;
        if (record.data.state === "waiting" && record.resId && !document.hidden && !record.dirty) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("library_mail_check_wait", {
    component: MailCheckWait,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
