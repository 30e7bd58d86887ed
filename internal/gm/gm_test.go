package gm

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/emmansun/gmsm/sm3"
)

func key(t *testing.T) *DataKey {
	t.Helper()
	m, err := OpenMaster(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := m.NewDataKey()
	if err != nil {
		t.Fatal(err)
	}
	k, err := m.Unwrap(wrapped)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSM3IsTheStandardHashOfLengthPrefixedParts(t *testing.T) {
	std := sm3.Sum([]byte("abc")) // GB/T 32905 example
	if got := hex.EncodeToString(std[:]); got != "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" {
		t.Fatal(got)
	}
	want := sm3.Sum([]byte("\x00\x00\x00\x00\x00\x00\x00\x03abc"))
	if got := SM3([]byte("abc")); got != hex.EncodeToString(want[:]) {
		t.Error(got)
	}
}

func TestPartsDoNotRunTogether(t *testing.T) {
	b := func(s string) []byte { return []byte(s) }
	seen := map[string]bool{}
	for _, h := range []string{SM3(), SM3(nil), SM3(nil, nil), SM3(b("abc")), SM3(b("ab"), b("c")), SM3(b("a"), b("bc")), SM3(b("abc"), nil),
		HMAC(b("k"), b("abc")), HMAC(b("k"), b("a"), b("bc")), HMAC(b("l"), b("abc"))} {
		if seen[h] {
			t.Errorf("%s comes twice", h)
		}
		seen[h] = true
	}
}

func TestSealedFieldsOpenAgainAndDiffer(t *testing.T) {
	k := key(t)
	for _, plain := range []string{"13987650001", "元马镇马街社区龙泉路12号", "𠮷", strings.Repeat("长", 5000)} {
		a, b := k.Seal(plain), k.Seal(plain)
		if a == b {
			t.Error("two seals of one value must differ")
		}
		if !strings.HasPrefix(a, k.ID+":") || strings.Contains(a, plain) {
			t.Error(a)
		}
		if got, err := k.Open(a); err != nil || got != plain {
			t.Errorf("%q %v", got, err)
		}
	}
	if k.Seal("") != "" {
		t.Error("nothing stays nothing")
	}
	if got, err := k.Open(""); got != "" || err != nil {
		t.Error(got, err)
	}
}

func TestTamperedFieldsAreRefused(t *testing.T) {
	k := key(t)
	sealed := k.Seal("530111199001011234")
	for i := len(k.ID) + 1; i < len(sealed); i++ {
		c := byte('A')
		if sealed[i] == 'A' {
			c = 'B'
		}
		if got, err := k.Open(sealed[:i] + string(c) + sealed[i+1:]); err == nil || got != "" {
			t.Fatalf("byte %d changed, opened as %q", i, got)
		}
	}
	other := key(t)
	for name, tc := range map[string]struct {
		sealed string
		want   error
	}{
		"shortened":        {sealed[:len(sealed)-2], ErrTampered},
		"too short":        {k.ID + ":AAAA", ErrBadSealed},
		"no key id":        {"13987650001", ErrBadSealed},
		"not base64":       {k.ID + ":…", ErrBadSealed},
		"another key":      {other.Seal("x"), ErrWrongKey},
		"another key's id": {k.ID + ":" + strings.SplitN(other.Seal("x"), ":", 2)[1], ErrTampered},
	} {
		if got, err := k.Open(tc.sealed); !errors.Is(err, tc.want) || got != "" {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

func TestMasterKeyFile(t *testing.T) {
	dir := t.TempDir()
	m, err := OpenMaster(dir)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, MasterFile)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	wrapped, _ := m.NewDataKey()
	again, err := OpenMaster(dir)
	if err != nil || again.ID != m.ID {
		t.Fatalf("%v", err)
	}
	k, err := again.Unwrap(wrapped)
	if err != nil {
		t.Fatal(err)
	}
	k0, _ := m.Unwrap(wrapped)
	if got, err := k.Open(k0.Seal("甲")); got != "甲" || err != nil {
		t.Error(got, err)
	}
	if k.Blind(ForPhone, "1") != k0.Blind(ForPhone, "1") || k.Audit([]byte("a")) != k0.Audit([]byte("a")) {
		t.Error("the same key must give the same hashes")
	}

	t.Run("another master cannot unwrap", func(t *testing.T) {
		m2, _ := OpenMaster(t.TempDir())
		if _, err := m2.Unwrap(wrapped); !errors.Is(err, ErrWrongMaster) {
			t.Error(err)
		}
	})
	t.Run("a tampered data key is refused", func(t *testing.T) {
		if _, err := m.Unwrap("00000000" + wrapped[8:]); !errors.Is(err, ErrTampered) {
			t.Error(err)
		}
		if _, err := m.Unwrap("x"); !errors.Is(err, ErrBadSealed) {
			t.Error(err)
		}
	})
	t.Run("readable by others is refused", func(t *testing.T) {
		for _, mode := range []os.FileMode{0o604, 0o640, 0o644} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenMaster(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
				t.Errorf("%o: %v", mode, err)
			}
		}
	})
	t.Run("a broken file is refused and kept", func(t *testing.T) {
		for _, text := range []string{"", "abc", strings.Repeat("a", 62)} {
			_ = os.Chmod(path, 0o600)
			_ = os.WriteFile(path, []byte(text), 0o600)
			if _, err := OpenMaster(dir); err == nil {
				t.Errorf("%q opened", text)
			}
			if got, _ := os.ReadFile(path); string(got) != text {
				t.Error("the file must not be overwritten")
			}
		}
	})
}

func TestTwoStartsMakeOneMasterKey(t *testing.T) {
	dir := t.TempDir()
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			if m, err := OpenMaster(dir); err == nil {
				ids[i] = m.ID
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatal(ids)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Error(left)
	}
}

func TestBlindIndexComparesWhatPeopleMean(t *testing.T) {
	k := key(t)
	phone := k.Blind(ForPhone, "13987650001")
	for _, same := range []string{"139 8765 0001", "139-8765-0001", "+86 13987650001", "008613987650001", "８６－１３９８７６５０００１", "１３９８７６５０００１"} {
		if k.Blind(ForPhone, same) != phone {
			t.Errorf("%q must be the same number", same)
		}
	}
	if k.Blind(ForID, "53011119900101123x") != k.Blind(ForID, "53011119900101123X ") {
		t.Error("the check letter has no case")
	}
	if k.Blind(ForID, "13987650001") == phone || key(t).Blind(ForPhone, "13987650001") == phone {
		t.Error("another purpose or another county must give another index")
	}
	if k.Blind(ForPhone, " ") != "" {
		t.Error("nothing has no index")
	}
	if strings.Contains(phone, "0001") && len(phone) != 64 {
		t.Error(phone)
	}
}

func TestMasks(t *testing.T) {
	for _, tc := range [][2]string{
		{MaskPhone("13987650001"), "139****0001"},
		{MaskPhone("0878-8211234"), "087*****1234"},
		{MaskPhone("8211234"), "*****34"},
		{MaskPhone("110"), "***"},
		{MaskPhone(""), ""},
		{MaskID("530111199001011234"), "530***********1234"},
		{MaskID("53011119900101123X"), "530***********123X"},
		{MaskID("1234"), "****"},
		{MaskAccount("6222021234567890"), "************7890"},
		{MaskAddress("元谋县元马镇马街社区龙泉路12号"), "元谋县元马镇****"},
		{MaskAddress("马街5组3号"), "马街5****"},
		{MaskAddress(""), ""},
		{LastFour("139 8765 0001"), "0001"},
		{LastFour("53011119900101123x"), "123X"},
		{LastFour("0001"), ""},
	} {
		if tc[0] != tc[1] {
			t.Errorf("%s, want %s", tc[0], tc[1])
		}
	}
}
