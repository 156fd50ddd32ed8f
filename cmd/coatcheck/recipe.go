package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"coatcheck/crypto/keys"
)

//go:embed recipes/kubernetes.yaml
var kubernetesRecipe []byte

//go:embed recipes/compose.yaml
var composeRecipe []byte

func recipeCommand(std stdio) *cli.Command {
	auditor := &cli.StringFlag{Name: "auditor", Usage: "put the public keyset in `FILE` into it", EnvVars: []string{"COATCHECK_AUDITOR"}}
	return &cli.Command{
		Name:  "recipe",
		Usage: "print a manifest with coatcheck beside an app",
		Subcommands: []*cli.Command{{
			Name:  "kubernetes",
			Usage: "a Deployment with a native sidecar, for Kubernetes 1.29 and later",
			Flags: []cli.Flag{auditor},
			Action: func(c *cli.Context) error {
				return printRecipe(std, kubernetesRecipe, "PUBLIC KEYSET: coatcheck recipe kubernetes --auditor FILE", c.String("auditor"), keysetLine)
			},
		}, {
			Name:  "compose",
			Usage: "a Compose file for Docker and Podman",
			Flags: []cli.Flag{auditor},
			Action: func(c *cli.Context) error {
				return printRecipe(std, composeRecipe, "./auditor.pub.json", c.String("auditor"), quotedPath)
			},
		}},
	}
}

// printRecipe prints a recipe; with an auditor's public keyset, which must be
// one, in the place that the recipe has for it.
func printRecipe(std stdio, recipe []byte, place, auditor string, fill func(path string) ([]byte, error)) error {
	if auditor != "" {
		if _, err := keys.ReadAuditorPublic(auditor); err != nil {
			return &usageError{err: err}
		}
		with, err := fill(auditor)
		if err != nil {
			return err
		}
		recipe = bytes.Replace(recipe, []byte(place), with, 1)
	}
	_, err := std.out.Write(recipe)
	return err
}

// keysetLine is the keyset in one line, as a manifest can hold it.
func keysetLine(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var line bytes.Buffer
	err = json.Compact(&line, text)
	return line.Bytes(), err
}

func quotedPath(path string) ([]byte, error) { return fmt.Appendf(nil, "%q", path), nil }
