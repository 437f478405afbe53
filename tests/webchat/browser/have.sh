#!/bin/sh
# Sees to it that there is a chromium for the tests of the chat: from the system, or by apt as root.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium, for the tests of the chat"
    apt-get -qq update && apt-get -qq -y --no-install-recommends install chromium >/dev/null && exit 0
fi
echo "the tests of the chat need chromium: install it, for example with apt-get install chromium" >&2
exit 1
