// Package notice is 提醒督办: what a person is told, as rows written in the
// transaction of their cause, one row a person. A slice says what happened
// (Event), this package finds who acts for the bodies it names, takes back what
// no longer holds, and shows each person their own inbox.
//
// A row holds codes only: cause, body, matter id. Number and title are read when
// the notice is, through the reach of the body it was for, so that who has lost
// sight of a matter reads nothing of it in an old notice. Only what is returned,
// urgent or due today interrupts (mechanism.md, Honesty and rights 7).
package notice
