// What Rappel itself says on the bus, for the ATS: `webhook.*`. Never routed to fan-out.

/** `Source` of our own events; the catch-all rule leaves it alone. */
export const operationalSource = 'rappel';
