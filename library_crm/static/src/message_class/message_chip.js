import { Message } from "@mail/core/common/message";
import { Component, markup, onMounted, reactive, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const MODEL = "library.message.class";
const COLOURS = {
    thanks: "text-bg-success",
    praise: "text-bg-success",
    question: "text-bg-info",
    need: "text-bg-primary",
    complaint: "text-bg-danger",
    correction: "text-bg-warning",
};

/** Asks once for all messages that a thread shows together, after the form stands. */
export const messageClassService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        const chips = reactive({});
        let waiting = [];

        async function read() {
            const ids = waiting;
            waiting = [];
            let found = [];
            try {
                found = await orm.silent.call(MODEL, "read_chips", [ids]);
            } catch {
                return; // who may not read classes sees the conversation without them
            }
            for (const chip of found) {
                chips[chip.message_id] = { ...chip, text: markup(chip.text) };
            }
        }

        function ask(id) {
            waiting.push(id);
            if (waiting.length === 1) {
                setTimeout(read);
            }
        }

        return { chips, ask };
    },
};

registry.category("services").add("library_message_class", messageClassService);

/** The message with its words marked, and every kind with the digit that chooses it. */
export class MessageClassPopover extends Component {
    static template = "library_crm.MessageClassPopover";
    static props = { close: Function, chip: Object, choose: Function };

    setup() {
        this.props.chip.kinds.forEach((_pair, index) =>
            useHotkey(`${index + 1}`, () => this.choose(index))
        );
    }

    async choose(index) {
        await this.props.choose(this.props.chip.kinds[index][0]);
        this.props.close();
    }
}

/** What a message of a patron is taken for, beside it in the thread. */
export class MessageClassChip extends Component {
    static template = "library_crm.MessageClassChip";
    static props = { message: Object };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.classes = useService("library_message_class");
        this.chips = useState(this.classes.chips);
        this.popover = usePopover(MessageClassPopover, { position: "bottom-start" });
        onMounted(() => this.classes.ask(this.props.message.id));
    }

    get chip() {
        return this.chips[this.props.message.id];
    }

    get colour() {
        return COLOURS[this.chip.kind] || "text-bg-secondary";
    }

    /** The newest message of this thread that nobody has looked at gets the key. */
    get isNext() {
        const messages = this.props.message.thread?.messages || [];
        const open = messages.filter((message) => this.chips[message.id]?.state === "proposed");
        return this.props.message.id === Math.max(0, ...open.map((message) => message.id));
    }

    open(ev) {
        const choose = (kind) => this.call("action_choose", [kind]);
        this.popover.open(ev.currentTarget, { chip: this.chip, choose });
    }

    async call(method, args = []) {
        const result = await this.orm.call(MODEL, method, [[this.chip.id], ...args]);
        this.classes.ask(this.props.message.id);
        return result;
    }

    async make() {
        const action = await this.call("action_make");
        if (action?.type) {
            this.action.doAction(action);
        }
    }

    openMade() {
        const { feedback_id, need_id } = this.chip;
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: feedback_id ? "library.feedback" : "library.need",
            res_id: feedback_id || need_id,
            views: [[false, "form"]],
        });
    }
}

Message.components = { ...Message.components, MessageClassChip };
