package main

import (
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// pods is what the recipes say about containers.
type pods struct {
	Spec struct {
		Template struct {
			Spec struct {
				Containers []struct {
					Name string
					Env  []struct{ Name, Value string }
				}
			}
		}
	}
	Services map[string]struct{ Environment map[string]string }
}

// TestRecipesGiveAppsTheirEnvironment holds the recipes to what `env` exports:
// a variable that one of them lacks is an app that talks past the proxy.
func TestRecipesGiveAppsTheirEnvironment(t *testing.T) {
	entry := &url.URL{Scheme: "http", Host: defaultListen}
	bases := baseURLs(entry, "", func(string) string { return "" })
	want := map[string]string{}
	for _, v := range appEnv(entry, "/shared/bundle.pem", bases.vars) {
		want[v.name] = v.value
	}
	for name, recipe := range map[string][]byte{"kubernetes": kubernetesRecipe, "compose": composeRecipe} {
		got := recipeEnv(t, string(recipe))
		for _, name := range []string{"NO_PROXY", "no_proxy"} {
			if !strings.HasPrefix(got[name], "localhost,127.0.0.1,::1") {
				t.Errorf("%s: %s is %q", name, name, got[name])
			}
			if _, dropped := noProxy(got[name], coversModel([]string{"api.openai.com", "*.openai.azure.com"})); len(dropped) > 0 {
				t.Errorf("%s: %s leads past the proxy: %v", name, name, dropped)
			}
			delete(got, name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the app's environment (-env +recipe):\n%s", name, diff)
		}
	}
}

// recipeEnv returns the environment of a recipe's container "app".
func recipeEnv(t *testing.T, recipe string) map[string]string {
	t.Helper()
	docs := yaml.NewDecoder(strings.NewReader(recipe))
	for {
		var p pods
		if err := docs.Decode(&p); err == io.EOF {
			t.Fatal("no container named app")
		} else if err != nil {
			t.Fatal(err)
		}
		if app, ok := p.Services["app"]; ok {
			return app.Environment
		}
		for _, c := range p.Spec.Template.Spec.Containers {
			env := map[string]string{}
			for _, v := range c.Env {
				env[v.Name] = v.Value
			}
			return env
		}
	}
}
