package attachment

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

// hashName is a kept file, or a picture made from it.
var hashName = regexp.MustCompile(`^([0-9a-f]{64})(\.small|\.screen)?$`)

// Sweep ends uploads that were not finished within their time and deletes a
// county's files older than a day that no row names: uploads that broke off, those
// whose transaction failed, and the views of either. Returns how many files went.
func (s *Service) Sweep(ctx context.Context, county string) (gone int, err error) {
	if gone, err = s.sweepUploads(ctx, county); err != nil {
		return gone, errs.Wrap("sweep uploads", err)
	}
	dir := filepath.Join(s.Dir, county)
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || ctx.Err() != nil {
			return err
		}
		went, err := s.sweepOne(ctx, county, p, d.Name())
		if went {
			gone++
		}
		return err
	})
	if err != nil {
		return gone, fmt.Errorf("sweep attachments of %s: %w", county, err)
	}
	return gone, nil
}

// sweepOne uses the wall clock: the age of a file is the disk's affair.
func (s *Service) sweepOne(ctx context.Context, county, p, name string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info, err := os.Stat(p)
	if err != nil || time.Since(info.ModTime()) < 24*time.Hour {
		return false, nil
	}
	if of := hashName.FindStringSubmatch(name); of != nil {
		used := false
		err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
			used, err = hashUsed(ctx, q, county, of[1])
			return err
		})
		if err != nil || used {
			return false, err
		}
	} else if !strings.HasPrefix(name, "upload-") {
		return false, nil // not ours
	}
	return true, os.Remove(p)
}

// sweepUploads goes by the county's clock: the time was promised to the client.
func (s *Service) sweepUploads(ctx context.Context, county string) (gone int, err error) {
	var old []upload
	if err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		old, err = oldUploads(ctx, q, county, db.Micros(s.DB.Now().Add(-keepUpload)))
		return err
	}); err != nil {
		return 0, err
	}
	for _, u := range old {
		if _, err := os.Stat(s.piece(u)); err == nil {
			gone++
		}
		if err := s.drop(ctx, u); err != nil {
			return gone, err
		}
	}
	return gone, nil
}
