/** How often an unchanged model may alarm, where nobody says otherwise. */
export const USUAL_FALSE_ALARMS = 0.01;
