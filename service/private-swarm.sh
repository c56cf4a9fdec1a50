#!/bin/sh
# Makes the Kubo repository in $IPFS_PATH one of a private swarm. It needs swarm.key there, and can be run again.
set -e
ipfs bootstrap rm --all
ipfs config Routing.Type dht
for setting in AutoConf.Enabled AutoTLS.Enabled Discovery.MDNS.Enabled Swarm.Transports.Network.Websocket; do
    ipfs config --json "$setting" false
done
ipfs config Plugins.Plugins.telemetry.Config.Mode off
ipfs config --json Addresses.Gateway '[]'
ipfs config --json Addresses.Swarm '["/ip4/0.0.0.0/tcp/4001"]'
