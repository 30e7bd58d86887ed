/** The two pages of who is there, under one entry of the navigation. */
export const TABS = [{ to: '/orgs', name: '机构' }, { to: '/people', name: '人员' }]
