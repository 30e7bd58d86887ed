package attachment

import (
	"context"
	"os"
	"path/filepath"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

// Thumbnail opens the small picture of an image, for whoever sees the matter. It
// is part of the view of the matter, too small to read anything in it, and is not
// audited by itself.
func (s *Service) Thumbnail(ctx context.Context, c account.Caller, id string) (*os.File, error) {
	var f file
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		f, err = s.seen(ctx, q, c, id)
		return err
	})
	if err != nil {
		row := audit.Row{Person: c.Person, Org: c.Org, Verb: "openAttachment", Subject: "attachment", SubjectID: id}
		return nil, s.refused(ctx, c.County, row, err)
	}
	if !HasThumbnail(f.Type) {
		return nil, noView()
	}
	return s.view(ctx, c.County, f.Hash, f.Type, small)
}

// Preview is what the page shows of an attachment: Image for a picture of the
// size of a screen (the caller closes it), or Text for a Word file.
type Preview struct {
	Image *os.File
	Text  *Text
}

// Preview gives what the page shows of an image or a Word file, scoped and audited
// like opening it. Of all others the error is noPreview.
func (s *Service) Preview(ctx context.Context, c account.Caller, id string) (p Preview, err error) {
	it, f, err := s.Open(ctx, c, id)
	if err != nil {
		return p, err
	}
	defer func() { _ = f.Close() }()
	switch it.Preview {
	case "image":
		p.Image, err = s.view(ctx, c.County, filepath.Base(f.Name()), it.Type, screen)
		return p, err
	case "text":
		return s.text(ctx, f)
	}
	return p, noView()
}

func (s *Service) text(ctx context.Context, f *os.File) (p Preview, err error) {
	info, err := f.Stat()
	if err != nil {
		return p, errs.Wrap("read a stored file", err)
	}
	if err := s.work.enter(ctx); err != nil {
		return p, err
	}
	defer s.work.leave()
	t, err := readDocx(f, info.Size())
	if err != nil {
		return p, noView()
	}
	return Preview{Text: &t}, nil
}
