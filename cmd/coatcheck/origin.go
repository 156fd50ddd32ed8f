package main

import (
	"bytes"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/urfave/cli/v2"

	"coatcheck/crypto/disk"
)

// origin tells a person where a setting came from: its flag, or its place in the
// configuration file.
type origin struct {
	c   *cli.Context
	src []byte // of the file that --config names; nil: none
}

func originOf(c *cli.Context) origin {
	o := origin{c: c}
	if path := c.String("config"); path != "" {
		o.src, _ = disk.ReadShared(path, disk.MaxSize) // readConfig has said what is wrong with it
	}
	return o
}

// of names a setting by its flag and its key in the file.
func (o origin) of(flag, key string) string {
	path, err := yaml.PathString("$." + key)
	if o.c.IsSet(flag) || o.src == nil || err != nil {
		return "--" + flag
	}
	node, err := path.ReadNode(bytes.NewReader(o.src))
	if err != nil || node.GetToken() == nil {
		return "--" + flag
	}
	at := node.GetToken().Position
	return fmt.Sprintf("%s:%d:%d: %s", o.c.String("config"), at.Line, at.Column, key)
}

// wrong puts the name of a setting before what is wrong with it.
func (o origin) wrong(flag, key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", o.of(flag, key), err)
}
