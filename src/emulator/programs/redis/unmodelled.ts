/** Commands that Redis 7 has and that are not modelled. */
export const unmodelled = new Set(
  `acl asking auth bgrewriteaof bgsave bitcount bitfield bitfield_ro bitop bitpos blmove
  blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin cluster config copy debug discard
  dump eval eval_ro evalsha evalsha_ro exec expireat expiretime failover fcall fcall_ro
  function geoadd geodist geohash geopos georadius georadiusbymember geosearch
  geosearchstore getbit getdel getex getrange getset hdel hello hexists hget hgetall hincrby
  hincrbyfloat hkeys hlen hmget hmset hrandfield hscan hset hsetnx hstrlen hvals incrbyfloat
  lastsave latency lcs lindex linsert llen lmove lmpop lolwut lpop lpos lpush lpushx lrange
  lrem lset ltrim memory migrate module monitor move msetnx multi object pexpireat
  pexpiretime pfadd pfcount pfdebug pfmerge pfselftest psetex psubscribe psync publish
  pubsub punsubscribe randomkey readonly readwrite rename renamenx replconf replicaof reset
  restore role rpop rpoplpush rpush rpushx sadd save scan scard script sdiff sdiffstore
  setbit setex setrange shutdown sinter sintercard sinterstore sismember slaveof slowlog
  smembers smismember smove sort sort_ro spop spublish srandmember srem sscan ssubscribe
  subscribe substr sunion sunionstore sunsubscribe swapdb sync time touch unsubscribe
  unwatch wait waitaof watch xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending
  xrange xread xreadgroup xrevrange xsetid xtrim zadd zcard zcount zdiff zdiffstore zincrby
  zinter zintercard zinterstore zlexcount zmpop zmscore zpopmax zpopmin zrandmember zrange
  zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank
  zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion
  zunionstore`.split(/\s+/),
);
