/** The two pages of figures, under one entry of the navigation. */
export const TABS = [{ to: '/home', name: '概况' }, { to: '/stats', name: '统计' }]
