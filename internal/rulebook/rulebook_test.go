package rulebook

import "testing"

func TestDefaultParses(t *testing.T) {
	r, err := Parse("yuanmou.yaml", yuanmou)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.RegisterNumber("马街", 2026, 123); got != "马街调登〔2026〕000123号" {
		t.Error(got)
	}
}
