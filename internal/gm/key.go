package gm

import (
	"crypto/cipher"
	"crypto/hkdf"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// MasterFile is the master key's file in the data directory.
const MasterFile = "master.key"

const secretLen = 32

// Errors of keys and sealed values.
var (
	ErrWrongMaster = errors.New("主密钥文件 master.key 与数据不符：请用建库时的那一份")
	ErrWrongKey    = errors.New("密文不是用这把数据密钥加密的")
	ErrTampered    = errors.New("密文被改动过或不完整")
	ErrBadSealed   = errors.New("密文格式不对")
)

// Master wraps data keys.
type Master struct {
	ID   string // eight hex digits of the key's hash; tells one key from another
	aead cipher.AEAD
}

// OpenMaster reads the master key of a data directory, and makes one at first
// start. A file others may read is refused.
func OpenMaster(dir string) (*Master, error) {
	path := filepath.Join(dir, MasterFile)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := createMaster(dir, path); err != nil {
			return nil, fmt.Errorf("建立主密钥文件 %s：%w", path, err)
		}
		info, err = os.Stat(path)
	}
	if err != nil {
		return nil, fmt.Errorf("主密钥文件 %s：%w", path, err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("主密钥文件 %s 别人也能读（权限 %04o）：请改为只有本程序的用户可读（chmod 600）", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("主密钥文件 %s：%w", path, err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != secretLen {
		return nil, fmt.Errorf("主密钥文件 %s 内容不对：应是 %d 位十六进制数字", path, 2*secretLen)
	}
	return newMaster(secret), nil
}

// createMaster writes the whole file under another name and links it into place:
// two processes starting at once end with one key, and never with half of one.
func createMaster(dir, path string) error {
	f, err := os.CreateTemp(dir, MasterFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(hex.EncodeToString(random(secretLen)) + "\n")
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// syncDir makes the new name survive a power cut; without it every field
// encrypted since would be lost.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func newMaster(secret []byte) *Master {
	return &Master{ID: SM3([]byte("master id"), secret)[:8], aead: gcm(derive(secret, "wrap", 16))}
}

// NewDataKey makes a data key and returns it wrapped, as it is stored:
// key id : master id : base64(nonce, ciphertext).
func (m *Master) NewDataKey() (wrapped string, err error) {
	id := hex.EncodeToString(random(4))
	return id + ":" + m.ID + ":" + seal(m.aead, random(secretLen), id), nil
}

// Unwrap opens a data key stored by NewDataKey.
func (m *Master) Unwrap(wrapped string) (*DataKey, error) {
	parts := strings.Split(wrapped, ":")
	if len(parts) != 3 {
		return nil, ErrBadSealed
	}
	if parts[1] != m.ID {
		return nil, ErrWrongMaster
	}
	secret, err := open(m.aead, parts[2], parts[0])
	if err != nil {
		return nil, err
	}
	return &DataKey{
		ID:    parts[0],
		aead:  gcm(derive(secret, "encrypt", 16)),
		blind: derive(secret, "blind", 32),
		audit: derive(secret, "audit", 32),
	}, nil
}

// DataKey encrypts the sensitive fields of one county. Safe for concurrent use.
type DataKey struct {
	ID    string
	aead  cipher.AEAD
	blind []byte
	audit []byte
}

// Seal encrypts a field: key id : base64(nonce, ciphertext). "" stays "".
func (k *DataKey) Seal(plain string) string {
	if plain == "" {
		return ""
	}
	return k.ID + ":" + seal(k.aead, []byte(plain), k.ID)
}

// Open decrypts what Seal made; a changed byte is an error, never other text.
func (k *DataKey) Open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	id, body, ok := strings.Cut(sealed, ":")
	switch {
	case !ok:
		return "", ErrBadSealed
	case id != k.ID:
		return "", ErrWrongKey
	}
	plain, err := open(k.aead, body, id)
	return string(plain), err
}

// Purposes of a blind index; the purpose is part of the hash, so that equal
// digits in different fields cannot be told to be equal.
const (
	ForPhone    = "phone"
	ForID       = "idNumber"
	ForAddress  = "address"
	ForAccount  = "account"
	ForLastFour = "lastFour"
)

// Blind is the blind index of a value: SM3-HMAC over the purpose and the value
// as Normalise writes it. "" stays "".
func (k *DataKey) Blind(purpose, value string) string {
	value = Normalise(purpose, value)
	if value == "" {
		return ""
	}
	return HMAC(k.blind, []byte(purpose), []byte(value))
}

// Audit is the keyed hash of an audit row or block.
func (k *DataKey) Audit(parts ...[]byte) string { return HMAC(k.audit, parts...) }

// derive gives an own key for each use (HKDF with SM3).
func derive(secret []byte, use string, n int) []byte {
	key, err := hkdf.Key(sm3.New, secret, nil, "tiaojietai "+use, n)
	if err != nil {
		panic(err) // only for a length no caller here asks
	}
	return key
}

func gcm(key []byte) cipher.AEAD {
	block, err := sm4.NewCipher(key)
	if err != nil {
		panic(err) // only for a key of wrong length
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// seal binds the ciphertext to the id of its key (or of the key it carries).
func seal(aead cipher.AEAD, plain []byte, id string) string {
	nonce := random(aead.NonceSize())
	return base64.RawStdEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, []byte(id)))
}

func open(aead cipher.AEAD, body, id string) ([]byte, error) {
	raw, err := base64.RawStdEncoding.Strict().DecodeString(body)
	if err != nil || len(raw) < aead.NonceSize() {
		return nil, ErrBadSealed
	}
	plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(id))
	if err != nil {
		return nil, ErrTampered
	}
	return plain, nil
}
