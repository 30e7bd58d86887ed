// Package account is 账号权限: people, the bodies they serve in as mediator or
// head (负责人), their logins, and sessions.
//
// A person may serve in several bodies and acts for one at a time. The three
// administrators (system, security, auditor) are separate people, serve in no
// body and see no matter (GB/T 22239-2019: 三权分立). A password is stored as
// argon2id, a session's token as its SM3; nobody reads either back.
package account
