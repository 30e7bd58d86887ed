// Package gm 国密: SM3 hashes, SM3-HMAC, and SM4-GCM encryption of single fields,
// over github.com/emmansun/gmsm. A master key (a file of its own, mode 0600)
// wraps one data key a county; of a data key come separate keys for encryption,
// blind index and audit. It knows no business word. In production a certified
// device can stand behind Master; nothing else would change.
package gm
