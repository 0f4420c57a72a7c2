// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
)

// pinger is the part of a kgo.Client that Ping needs.
type pinger interface {
	Ping(ctx context.Context) error
}

// Ping asks one broker for an answer. Where none comes, the error names the addresses and the protocol, and says what is likely wrong.
func Ping(ctx context.Context, client pinger, s Settings) error {
	err := client.Ping(ctx)
	if err == nil {
		return nil
	}
	return fmt.Errorf("reach Kafka at %s with security.protocol=%s: %w (%s)", strings.Join(s.Brokers, ","), s.SecurityProtocol, err, hint(err, s))
}

// logInLimit bounds the first contact of a task's client. Brokers that answer later are the client's to wait for.
const logInLimit = 10 * time.Second

// LogIn returns an error where the brokers refuse the client, or it refuses them: the client itself would try again and again, and a
// task would seem to run. Brokers that cannot be reached are no error, nor is the end of ctx. Without security there is nothing to ask.
func (l *Lease) LogIn(ctx context.Context) error {
	if !l.Settings.asksForLogin() {
		return nil
	}
	return greet(ctx, l.Client, l.Settings)
}

func (s *Settings) asksForLogin() bool { return s.SecurityProtocol != "PLAINTEXT" }

func greet(ctx context.Context, client pinger, s Settings) error {
	ctx, cancel := context.WithTimeout(ctx, logInLimit)
	defer cancel()
	if err := Ping(ctx, client, s); refused(err) {
		return err
	}
	return nil
}

// refused is true for what no waiting mends.
func refused(err error) bool {
	var (
		unverified *tls.CertificateVerificationError
		notTLS     tls.RecordHeaderError
	)
	return errors.Is(err, kerr.SaslAuthenticationFailed) || errors.Is(err, kerr.UnsupportedSaslMechanism) || errors.Is(err, kerr.IllegalSaslState) ||
		errors.Is(err, errNoToken) && errors.Is(err, errForGood) || IsTLSAlert(err) || errors.As(err, &unverified) || errors.As(err, &notTLS)
}

// hint turns the few ways in which a first contact fails into what to do about them.
func hint(err error, s Settings) string {
	var (
		unknownRoot x509.UnknownAuthorityError
		wrongHost   x509.HostnameError
		notTLS      tls.RecordHeaderError
		noName      *net.DNSError
	)
	switch {
	case IsTLSAlert(err) && !s.showsCertificate():
		return "the broker wants a certificate of the client: set ssl.keystore.location, or ssl.keystore.certificate.chain and ssl.keystore.key"
	case IsTLSAlert(err):
		return "the broker refused the client's certificate or its way to speak TLS: check ssl.keystore.* and that the broker trusts who signed the certificate"
	case errors.Is(err, errNoToken):
		return "check sasl.oauthbearer.* and the options of sasl.jaas.config"
	case errors.Is(err, kerr.SaslAuthenticationFailed):
		return "the broker refused the user name or password: check sasl.jaas.config"
	case errors.Is(err, kerr.UnsupportedSaslMechanism), errors.Is(err, kerr.IllegalSaslState):
		return "the broker's listener does not offer this way to log in: check sasl.mechanism"
	case errors.As(err, &unknownRoot):
		return "the broker's certificate is signed by nobody we trust: set ssl.truststore.location to a key store or PEM file with its root"
	case errors.As(err, &wrongHost):
		return "the broker's certificate is for another host name: check bootstrap.servers and the broker's advertised.listeners"
	case errors.As(err, &notTLS):
		return "the listener does not speak TLS: check the port and security.protocol"
	case errors.As(err, &noName):
		return "the host name does not resolve: check bootstrap.servers"
	case errors.Is(err, io.EOF), strings.Contains(err.Error(), "EOF"), strings.Contains(err.Error(), "reset by peer"):
		return hungUp(s)
	}
	return "check bootstrap.servers, that the broker runs and that its port can be reached from here"
}

// IsTLSAlert says whether err is the other side's refusal of a TLS connection, such as of a certificate. Go has no other name for it.
func IsTLSAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

func (s *Settings) showsCertificate() bool { return s.tls != nil && len(s.tls.Certificates) > 0 }

// hungUp covers brokers that close the connection instead of saying why, as some do also for a wrong password.
func hungUp(s Settings) string {
	text := "the broker hung up: the listener may want another security.protocol than " + s.SecurityProtocol
	if strings.HasPrefix(s.SecurityProtocol, "SASL_") {
		text += ", or the user name or password is wrong: check sasl.jaas.config"
	}
	return text
}
