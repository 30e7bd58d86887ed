// Package org is 机构: the bodies of a county, from the station of a village group
// to the county's offices, in one tree with levels, kinds, seals, populations and
// the days they opened and closed.
//
// A body is named by its code of digits: a division's own (532328101001), a
// group's with three digits more (…001), a county body's under the root
// (532328000000001). The root itself is an area and no body: nothing acts for it.
// A body is never deleted; it is closed on a day, keeps its code, and everything
// it did stays under its name.
package org
