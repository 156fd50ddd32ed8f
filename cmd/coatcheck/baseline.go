package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/disk"
	"coatcheck/redact"
	"coatcheck/redact/baseline"
	"coatcheck/redact/plain"
)

func rulesBaselineCommand(std stdio) *cli.Command {
	return &cli.Command{
		Name:      "baseline",
		Usage:     "accept the findings that files have now: scan --baseline shows new ones alone",
		UsageText: "coatcheck rules baseline --baseline-key KEY [options] FILE|DIR…",
		Description: "A finding is kept as file, type and a keyed hash of its value, never as text. Files are named by their way from the baseline's folder, so that it does not matter where scan is called. " +
			"The key is made if there is none; whoever has both can guess short values, so keep it as you keep a password.\n\n" +
			"  coatcheck rules baseline --baseline-key ../key --baseline known.json docs\n" +
			"  coatcheck scan --baseline-key ../key --baseline known.json docs",
		Flags: []cli.Flag{
			rulesFlag(), baselineKeyFlag(),
			&cli.StringFlag{Name: "baseline", Usage: "write `FILE`; without it the baseline is printed, for a file in this folder"},
		},
		Action: func(c *cli.Context) error {
			if !c.Args().Present() || c.String("baseline-key") == "" {
				return usage("want --baseline-key KEY and files or folders")
			}
			engine, err := newEngine(c.StringSlice("rules"))
			if err != nil {
				return err
			}
			key, made, err := baselineKey(c.String("baseline-key"))
			if err != nil {
				return err
			}
			k, err := newKnown(c.String("baseline"))
			if err != nil {
				return err
			}
			k.Baseline = baseline.New(key)
			files, err := filesOf(c.Args().Slice(), std)
			if err != nil {
				return err
			}
			for _, name := range files {
				err := withInput(name, std.in, func(r io.Reader) error {
					text, found, err := scanText(c.Context, engine, name, r)
					for i := range found {
						k.Accept(k.way(name), found[i].Entity, valueOf(text, &found[i]))
					}
					return err
				})
				if err != nil {
					return err
				}
			}
			if made { // as late as this, so that what fails leaves nothing
				if err := disk.Create(c.String("baseline-key"), key.Text()); err != nil {
					return err
				}
			}
			return k.write(std.out)
		},
	}
}

func baselineKeyFlag() cli.Flag {
	return &cli.StringFlag{Name: "baseline-key", Usage: "the `FILE` with the key of a baseline", EnvVars: []string{"COATCHECK_BASELINE_KEY"}}
}

// baselineKey reads a key, or makes one that is not kept yet.
func baselineKey(name string) (key baseline.Key, made bool, err error) {
	text, err := disk.ReadShared(name, disk.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return baseline.NewKey(), true, nil
	}
	if err != nil {
		return key, false, err
	}
	if key, err = baseline.ParseKey(text); err != nil {
		return key, false, usage("%s: %w", name, err)
	}
	return key, false, nil
}

// knownFindings is a baseline and where it lies.
type knownFindings struct {
	*baseline.Baseline
	file   string // "": it is printed, and will lie in the working folder
	folder string
}

func newKnown(file string) (*knownFindings, error) {
	folder, err := filepath.Abs(filepath.Dir(file))
	return &knownFindings{file: file, folder: real(folder)}, err
}

// real resolves what links there are on a way.
func real(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	return path
}

// way names a file as the baseline does: by the way from its folder.
func (k *knownFindings) way(name string) string {
	if name == "-" {
		return name
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return filepath.ToSlash(name)
	}
	path = real(path)
	if rel, err := filepath.Rel(k.folder, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

func valueOf(text []byte, f *redact.Finding) plain.Text {
	return plain.New(string(text[f.Start:f.End]))
}

// has reports whether a finding was accepted; without a baseline none was.
func (k *knownFindings) has(name string, text []byte, f *redact.Finding) bool {
	return k != nil && k.Has(k.way(name), f.Entity, valueOf(text, f))
}

func (k *knownFindings) write(w io.Writer) error {
	if k.file == "" {
		return k.Write(w)
	}
	var b bytes.Buffer
	if err := k.Write(&b); err != nil {
		return err
	}
	return disk.Replace(k.file, b.Bytes(), 0o644)
}

// baselineOf opens the baseline that scan was given; nil if none was.
func baselineOf(c *cli.Context) (*knownFindings, error) {
	file, keyFile := c.String("baseline"), c.String("baseline-key")
	switch {
	case file == "" && c.IsSet("baseline-key") && os.Getenv("COATCHECK_BASELINE_KEY") == "":
		return nil, usage("--baseline-key is the key of a baseline: name that with --baseline")
	case file == "":
		return nil, nil
	case keyFile == "":
		return nil, usage("--baseline needs the key that made it: --baseline-key FILE")
	}
	text, err := disk.ReadShared(file, maxText)
	if err != nil {
		return nil, err
	}
	key, made, err := baselineKey(keyFile)
	if made {
		err = fmt.Errorf("open %s: %w", keyFile, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	k, err := newKnown(file)
	if err != nil {
		return nil, err
	}
	switch k.Baseline, err = baseline.Parse(text, key); {
	case errors.Is(err, baseline.ErrKey):
		return nil, usage("%s %w than %s", file, err, keyFile)
	case err != nil:
		return nil, usage("%s: %w", file, err)
	}
	return k, nil
}

// sayStale tells of accepted findings that are gone from the files scanned, and
// of files that are gone altogether: they hide nothing, and should go.
func (k *knownFindings) sayStale(w io.Writer, scanned []string) {
	if k == nil {
		return
	}
	var ways []string
	for _, name := range scanned {
		ways = append(ways, k.way(name))
	}
	stale := k.Stale()
	for _, file := range slices.Sorted(maps.Keys(stale)) {
		_, err := os.Stat(filepath.Join(k.folder, filepath.FromSlash(file)))
		switch gone := file != "-" && errors.Is(err, fs.ErrNotExist); {
		case gone:
			say(w, "%s accepts %s in %s, which is gone: make it anew", k.file, plural(stale[file], "finding"), file)
		case slices.Contains(ways, file):
			say(w, "%s accepts %s in %s that it does not have any more: make it anew", k.file, plural(stale[file], "finding"), file)
		}
	}
}
