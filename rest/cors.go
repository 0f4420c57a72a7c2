// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	connect "github.com/longshore-io/connect"
)

// origins says whose pages may call the API, as Jetty 12's CrossOriginHandler does, which Kafka Connect 4 uses. No request is
// refused here: a browser keeps an answer from a page that is not allowed to see it.
type origins struct {
	any      bool
	patterns []*regexp.Regexp
	methods  string
}

// parseOrigins reads access.control.allow.*; blank allows nobody and returns nil.
func parseOrigins(allowed, methods string) (*origins, error) {
	if strings.TrimSpace(allowed) == "" {
		return nil, nil
	}
	if strings.TrimSpace(methods) == "" {
		methods = "GET,POST,HEAD"
	}
	o := &origins{methods: strings.TrimRight(methods, ",")}
	var errs []error
	for part := range strings.SplitSeq(allowed, ",") {
		text := strings.TrimSpace(part)
		switch text {
		case "":
		case "*":
			o.any = true
		default:
			pattern, err := regexp.Compile("(?i)" + text)
			if err != nil {
				errs = append(errs, &connect.ConfigError{Key: "access.control.allow.origin", Value: text, Reason: err.Error() + "; " + originRules})
				continue
			}
			pattern.Longest() // whether any match is the whole origin shows in the longest one
			o.patterns = append(o.patterns, pattern)
		}
	}
	return o, errors.Join(errs...)
}

const originRules = "each origin is a regular expression that is to match the whole of it, such as https?://.*[.]example[.]org; a star alone is any origin"

// on adds the headers. A preflight, with which a browser asks for leave, reaches the resource like every other request.
func (o *origins) on(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Add("Vary", "Origin")
		if origin := r.Header.Get("Origin"); origin != "" && o.allow(origin) {
			header.Set("Access-Control-Allow-Origin", origin)
			if r.Method == http.MethodOptions && len(r.Header.Values("Access-Control-Request-Method")) > 0 {
				header.Set("Access-Control-Allow-Methods", o.methods)
				header.Set("Access-Control-Allow-Headers", "Content-Type")
				header.Set("Access-Control-Max-Age", "60")
			}
		}
		next.ServeHTTP(w, r)
	})
}

// allow says whether one of the origins is allowed: a page that was redirected may have several, between blanks.
func (o *origins) allow(origin string) bool {
	return o.any || slices.ContainsFunc(strings.Fields(origin), func(one string) bool {
		return slices.ContainsFunc(o.patterns, func(pattern *regexp.Regexp) bool {
			match := pattern.FindStringIndex(one)
			return match != nil && match[0] == 0 && match[1] == len(one)
		})
	})
}
