// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The options of OAuthBearerLoginModule that make a token which nobody signs. Kafka has it for developers.
const (
	stringClaim     = "unsecuredLoginStringClaim_"
	numberClaim     = "unsecuredLoginNumberClaim_"
	listClaim       = "unsecuredLoginListClaim_"
	principalOption = "unsecuredLoginPrincipalClaimName"
	lifetimeOption  = "unsecuredLoginLifetimeSeconds"
)

// unsecuredTokens makes JWTs with the algorithm none.
func (v *values) unsecuredTokens(login *jaasLogin) retriever {
	const key = "sasl.jaas.config"
	lifetime := int64(time.Hour / time.Second)
	if text, ok := login.options[lifetimeOption]; ok {
		var err error
		if lifetime, err = strconv.ParseInt(text, 10, 32); err != nil {
			v.fail(key, "the option "+lifetimeOption+" is no number")
			return nil
		}
	}
	claims, reason := claimsOf(login)
	principal := strings.TrimSpace(login.options[principalOption])
	if principal == "" {
		principal = "sub"
	}
	if name, _ := claims[principal].(string); reason == "" && strings.TrimSpace(name) == "" {
		reason = "OAUTHBEARER needs a token: set " + tokenEndpoint + ", or, for tokens that nobody signs, the option " + stringClaim + principal
	}
	if reason != "" {
		v.fail(key, reason)
		return nil
	}
	return func(context.Context) (token, error) {
		now := time.Now()
		claims["iat"], claims["exp"] = seconds(now), seconds(now)+float64(lifetime)
		return token{text: unsigned(claims), from: now, until: now.Add(time.Duration(lifetime) * time.Second)}, nil
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// unsigned is a JWT with an empty signature (RFC 7515, A.5).
func unsigned(claims map[string]any) string {
	encode := func(part any) string {
		text, _ := json.Marshal(part) // texts, numbers and lists of texts
		return base64.RawURLEncoding.EncodeToString(text)
	}
	return encode(map[string]string{"alg": "none"}) + "." + encode(claims) + "."
}

func claimsOf(login *jaasLogin) (claims map[string]any, reason string) {
	claims = map[string]any{}
	for option, value := range login.options {
		name, claim, wrong := claimOf(option, value)
		switch {
		case name == "iat" || name == "exp":
			return nil, "the claim " + name + " cannot be set"
		case wrong:
			return nil, "the option " + option + " is no number"
		case name != "":
			claims[name] = claim
		}
	}
	return claims, ""
}

// claimOf reads one option. name is empty where it is no claim.
func claimOf(option, value string) (name string, claim any, wrong bool) {
	if name, ok := strings.CutPrefix(option, stringClaim); ok {
		return name, value, false
	}
	if name, ok := strings.CutPrefix(option, numberClaim); ok {
		n, err := strconv.ParseFloat(value, 64)
		return name, n, err != nil
	}
	if name, ok := strings.CutPrefix(option, listClaim); ok {
		return name, listOf(value), false
	}
	return "", nil, false
}

// listOf splits at the first character: |a|b has a and b.
func listOf(value string) []string {
	if len(value) < 2 {
		return []string{}
	}
	return strings.Split(value[1:], value[:1])
}
