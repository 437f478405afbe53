#!/bin/sh
# Puts smtp-sink and smtp-source, which postfix brings to test mail programs, into the folder $1:
# links to those of this machine, else unpacked from Debian's package. Installs and starts nothing.
set -eu
folder=$1
rm -rf "$folder"
mkdir -p "$folder/usr/sbin"
for place in /usr/sbin /usr/libexec/postfix /usr/lib/postfix/sbin; do
    if [ -x "$place/smtp-sink" ] && [ -x "$place/smtp-source" ]; then
        ln -s "$place/smtp-sink" "$place/smtp-source" "$folder/usr/sbin/"
        exit 0
    fi
done
cannot() {
    rm -rf "$folder"
    echo "smtp-sink is missing, which tests of the plugin smtp need: $1" >&2
    exit 1
}
command -v apt-get >/dev/null || cannot "install postfix with your package manager"
echo "unpacking the test programs of postfix into $folder"
(cd "$folder" && apt-get -qq download postfix 2>/dev/null) || cannot "apt-get update, then again; or install postfix"
dpkg -x "$folder"/postfix_*.deb "$folder" || cannot "install postfix"
rm "$folder"/postfix_*.deb
