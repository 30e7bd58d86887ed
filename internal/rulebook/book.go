package rulebook

import (
	_ "embed"
	"fmt"
	"sort"
	"sync"
)

//go:embed yuanmou.yaml
var yuanmou []byte

// Default is the rulebook of Yuanmou, shipped with the program.
var Default = sync.OnceValue(func() *Rulebook {
	r, err := Parse("yuanmou.yaml", yuanmou)
	if err != nil {
		panic("embedded rulebook: " + err.Error()) // a test parses it
	}
	return r
})

// Book holds the versions of one county's rulebook by effective date.
type Book struct{ versions []*Rulebook }

// NewBook orders the versions; all must be of one county, each from another day.
func NewBook(versions ...*Rulebook) (*Book, error) {
	if len(versions) == 0 {
		return nil, fmt.Errorf("规则册一个版本也没有")
	}
	b := &Book{versions: append([]*Rulebook(nil), versions...)}
	sort.Slice(b.versions, func(i, j int) bool { return b.versions[i].EffectiveFrom < b.versions[j].EffectiveFrom })
	for i, v := range b.versions[1:] {
		before := b.versions[i]
		if v.County.Code != before.County.Code {
			return nil, fmt.Errorf("规则册 %s 和 %s 不是同一个县的", before.ID, v.ID)
		}
		if v.EffectiveFrom == before.EffectiveFrom {
			return nil, fmt.Errorf("规则册 %s 和 %s 同一天（%s）生效", before.ID, v.ID, v.EffectiveFrom)
		}
	}
	return b, nil
}

// At is the version in force on a date (YYYY-MM-DD, Asia/Shanghai); before the
// first one's day the first applies, so that an imported old matter has rules.
func (b *Book) At(date string) *Rulebook {
	i := sort.Search(len(b.versions), func(i int) bool { return b.versions[i].EffectiveFrom > date })
	return b.versions[max(i-1, 0)]
}

// Versions are all versions, the oldest first.
func (b *Book) Versions() []*Rulebook { return append([]*Rulebook(nil), b.versions...) }
