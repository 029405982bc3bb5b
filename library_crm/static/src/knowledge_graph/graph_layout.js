/**
 * Where the boxes of a graph stand. Plain arithmetic without the screen; the same graph is drawn the same way each time.
 *
 * Both layouts take nodes ({id}) and edges ({from, to}) and give {places: Map of id to {x, y}, width, height}; x and y
 * are the middle of a box.
 */

export const BOX = { width: 176, height: 64 };
const GAP = { x: 88, y: 28 };
const MARGIN = 16;
const STEPS = 160;
const GRAVITY = 0.3;

function knownEdges(nodes, edges) {
    const known = new Set(nodes.map((node) => node.id));
    return edges.filter(
        (edge) => known.has(edge.from) && known.has(edge.to) && edge.from !== edge.to
    );
}

/** Edges without those that close a circle, so that every node has a place in a row of layers. */
function withoutCircles(nodes, edges) {
    const next = new Map(nodes.map((node) => [node.id, []]));
    edges.forEach((edge) => next.get(edge.from).push(edge));
    const state = new Map();
    const kept = [];
    const visit = (start) => {
        const path = [{ id: start, place: 0 }];
        state.set(start, "open");
        while (path.length) {
            const step = path.at(-1);
            const edge = next.get(step.id)[step.place++];
            if (!edge) {
                state.set(step.id, "done");
                path.pop();
            } else if (state.get(edge.to) !== "open") {
                kept.push(edge);
                if (!state.has(edge.to)) {
                    state.set(edge.to, "open");
                    path.push({ id: edge.to, place: 0 });
                }
            }
        }
    };
    nodes.forEach((node) => state.has(node.id) || visit(node.id));
    return kept;
}

/** Layer of each node: one further than the furthest of those that lead to it. */
function layersOf(nodes, edges) {
    const layer = new Map(nodes.map((node) => [node.id, 0]));
    for (let round = 0, isMoving = true; isMoving && round < nodes.length; round++) {
        isMoving = false;
        for (const edge of edges) {
            if (layer.get(edge.to) <= layer.get(edge.from)) {
                layer.set(edge.to, layer.get(edge.from) + 1);
                isMoving = true;
            }
        }
    }
    return layer;
}

/** From left to right: what something came from stands before it. */
export function layered(nodes, allEdges) {
    const edges = withoutCircles(nodes, knownEdges(nodes, allEdges));
    const layer = layersOf(nodes, edges);
    const columns = [];
    for (const node of nodes) {
        (columns[layer.get(node.id)] ||= []).push(node.id);
    }
    const row = new Map();
    columns.forEach((column) => column.forEach((id, index) => row.set(id, index)));
    const middle = (id) => {
        const before = edges.filter((edge) => edge.to === id).map((edge) => row.get(edge.from));
        return before.length ? before.reduce((sum, one) => sum + one, 0) / before.length : row.get(id);
    };
    columns.slice(1).forEach((column) => {
        const wanted = new Map(column.map((id) => [id, middle(id)]));
        column.sort((one, other) => wanted.get(one) - wanted.get(other));
        column.forEach((id, index) => row.set(id, index));
    });
    const highest = Math.max(1, ...columns.map((column) => column.length));
    const places = new Map();
    columns.forEach((column, index) => {
        const top = ((highest - column.length) * (BOX.height + GAP.y)) / 2;
        column.forEach((id, place) => {
            places.set(id, {
                x: MARGIN + BOX.width / 2 + index * (BOX.width + GAP.x),
                y: MARGIN + BOX.height / 2 + top + place * (BOX.height + GAP.y),
            });
        });
    });
    return framed(places);
}

/** Boxes push each other away and lines pull; the first node stays in the middle. */
export function forced(nodes, allEdges) {
    const edges = knownEdges(nodes, allEdges);
    const places = new Map();
    nodes.forEach((node, index) => {
        const turn = (2 * Math.PI * (index - 1)) / Math.max(1, nodes.length - 1);
        const ring = index ? 1 : 0;
        places.set(node.id, {
            x: ring * Math.cos(turn) * (BOX.width + GAP.x),
            y: ring * Math.sin(turn) * (BOX.height + GAP.y) * 2,
        });
    });
    for (let step = 0; step < STEPS; step++) {
        moveOnce(nodes, edges, places, 1 - step / STEPS);
    }
    for (let round = 0; round < 60 && pushApart(nodes, places); round++);
    return framed(places);
}

function moveOnce(nodes, edges, places, heat) {
    const ideal = BOX.width + GAP.x;
    const moves = new Map(nodes.map((node) => [node.id, { x: 0, y: 0 }]));
    // a box is wide and low: distances are taken as if it were square
    const flat = BOX.width / (2 * BOX.height);
    const between = (one, other) => {
        const [a, b] = [places.get(one), places.get(other)];
        const x = a.x - b.x;
        const y = (a.y - b.y) * flat;
        return { x, y, far: Math.max(1, Math.hypot(x, y)) };
    };
    const add = (id, gap, force) => {
        moves.get(id).x += (gap.x / gap.far) * force;
        moves.get(id).y += (gap.y / gap.far) * force;
    };
    nodes.forEach((node, index) => {
        for (const other of nodes.slice(index + 1)) {
            const gap = between(node.id, other.id);
            const force = (ideal * ideal) / gap.far / 3;
            add(node.id, gap, force);
            add(other.id, gap, -force);
        }
    });
    for (const edge of edges) {
        const gap = between(edge.from, edge.to);
        const force = (gap.far * gap.far) / ideal / 3;
        add(edge.from, gap, -force);
        add(edge.to, gap, force);
    }
    for (const node of nodes.slice(1)) {
        const move = moves.get(node.id);
        const place = places.get(node.id);
        // what nothing ties to the rest must not drift away
        move.x -= place.x * GRAVITY;
        move.y -= place.y * flat * GRAVITY;
        const far = Math.max(1, Math.hypot(move.x, move.y));
        const reach = Math.min(far, 60 * heat + 2);
        place.x += (move.x / far) * reach;
        place.y += ((move.y / far) * reach) / flat;
    }
}

/** Move boxes that overlap away from each other; whether there were any. */
function pushApart(nodes, places) {
    let isCrowded = false;
    nodes.forEach((node, index) => {
        for (const other of nodes.slice(index + 1)) {
            const [a, b] = [places.get(node.id), places.get(other.id)];
            // room for the name of a line between boxes that stand side by side
            const x = BOX.width + GAP.x - Math.abs(a.x - b.x);
            const y = BOX.height + 2 * GAP.y - Math.abs(a.y - b.y);
            if (x <= 0 || y <= 0) {
                continue;
            }
            isCrowded = true;
            const axis = x < y ? "x" : "y";
            const shift = (Math.min(x, y) / 2 + 1) * (a[axis] < b[axis] ? -1 : 1);
            a[axis] += shift;
            b[axis] -= shift;
        }
    });
    return isCrowded;
}

/** The places moved so that the drawing begins at its margin, with its size. */
function framed(places) {
    const all = [...places.values()];
    if (!all.length) {
        return { places, width: 0, height: 0 };
    }
    const left = Math.min(...all.map((place) => place.x)) - BOX.width / 2 - MARGIN;
    const top = Math.min(...all.map((place) => place.y)) - BOX.height / 2 - MARGIN;
    all.forEach((place) => {
        place.x -= left;
        place.y -= top;
    });
    return {
        places,
        width: Math.max(...all.map((place) => place.x)) + BOX.width / 2 + MARGIN,
        height: Math.max(...all.map((place) => place.y)) + BOX.height / 2 + MARGIN,
    };
}

/** Where the line from the middle of a box towards `to` leaves the box. */
export function edgeOfBox(from, to) {
    const [x, y] = [to.x - from.x, to.y - from.y];
    const share = Math.min(
        x ? BOX.width / 2 / Math.abs(x) : Infinity,
        y ? BOX.height / 2 / Math.abs(y) : Infinity,
        1
    );
    return { x: from.x + x * share, y: from.y + y * share };
}

/** The node to go to from `id` by an arrow key: the nearest in that direction, or undefined. */
export function neighbour(places, id, key) {
    const from = places.get(id);
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    let best;
    for (const [other, place] of places) {
        const ahead = (place.x - from.x) * x + (place.y - from.y) * y;
        const aside = Math.abs((place.x - from.x) * y) + Math.abs((place.y - from.y) * x);
        if (other !== id && ahead > 1 && (!best || ahead + 2 * aside < best.far)) {
            best = { id: other, far: ahead + 2 * aside };
        }
    }
    return best?.id;
}
